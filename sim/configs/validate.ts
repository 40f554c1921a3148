/**
 * What a key, a value, a device's SID and its names may be. The seed document sets the lengths of keys and values (100
 * and 4096 characters); the rest is ours: a key must be one that a device can ask for and a URL can name, a value one
 * that UTF-8 can carry. A character is a Unicode code point. A message names the parameter and never shows a value,
 * which may be a secret.
 */

import { SimulatorError } from "../../host/fault/fault.ts";

export const maxKeyCharacters = 100;
export const maxValueCharacters = 4096;
export const maxNameCharacters = 64;

const printableAscii = /^[\x20-\x7e]+$/;
const loneSurrogate = /\p{Surrogate}/u;
const deviceSid = /^UV[0-9a-fA-F]{32}$/;
const anySid = /^[a-z]{2}[0-9a-f]{32}$/i;
/** Letters, marks, digits, punctuation, symbols and the plain space: nothing that is invisible or turns text around. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;

/** Says what is wrong with a key, or undefined. */
export function describeInvalidKey(key: string): string | undefined {
  if (key === "") return "Key must not be empty";
  if (key.length > maxKeyCharacters) return `Key must have at most ${maxKeyCharacters} characters`;
  if (!printableAscii.test(key)) return "Key must consist of printable ASCII characters";
  if (key.startsWith(" ") || key.endsWith(" ")) return "Key must not start or end with a space";
  if (key === "." || key === "..") return "Key must not be . or .. because no URL can name it";
  return undefined;
}

/** Says what is wrong with a value, or undefined. */
export function describeInvalidValue(value: string): string | undefined {
  if (value === "") return "Value must not be empty";
  if (countsMoreCharacters(value, maxValueCharacters))
    return `Value must have at most ${maxValueCharacters} characters`;
  if (loneSurrogate.test(value)) return "Value must not contain half of a surrogate pair";
  return undefined;
}

/** Says what is wrong with a device's unique name, or undefined. */
export function describeInvalidUniqueName(name: string): string | undefined {
  const problem = describeInvalidName("UniqueName", name);
  if (problem !== undefined) return problem;
  if (name.includes("/")) return "UniqueName must not contain a slash";
  if (name === "." || name === "..") return "UniqueName must not be . or .. because no URL can name it";
  // It would be taken for the SID of another device.
  if (anySid.test(name)) return "UniqueName must not look like a SID";
  return undefined;
}

/** Says what is wrong with the name or SID of an application, or undefined. */
export function describeInvalidTargetApp(name: string): string | undefined {
  return describeInvalidName("TargetApp", name);
}

/** Says what is wrong with what people call a key or an account. */
export function describeInvalidLabel(label: string): string | undefined {
  return describeInvalidName("Label", label);
}

export function describeInvalidDeviceSid(sid: string): string | undefined {
  return isDeviceSid(sid) ? undefined : "Sid must be UV and 32 hex digits";
}

/** For callers in this process. @throws SimulatorError ERR_MVSIM_INVALID_CONFIG */
export function assertValidEntry(key: string, value: string): void {
  const problem = describeInvalidKey(key) ?? describeInvalidValue(value);
  if (problem !== undefined) {
    throw new SimulatorError(
      "ERR_MVSIM_INVALID_CONFIG",
      `${problem}. The key is ${JSON.stringify(key.slice(0, 120))}.`,
    );
  }
}

/** `UV` and 32 hex digits: the 34 bytes that `mvGetDeviceId` writes. */
export function isDeviceSid(text: string): boolean {
  return deviceSid.test(text);
}

function describeInvalidName(parameter: string, name: string): string | undefined {
  if (name === "") return `${parameter} must not be empty`;
  if (countsMoreCharacters(name, maxNameCharacters)) {
    return `${parameter} must have at most ${maxNameCharacters} characters`;
  }
  if (!printable.test(name)) return `${parameter} must consist of printable characters`;
  if (name.startsWith(" ") || name.endsWith(" ")) return `${parameter} must not start or end with a space`;
  return undefined;
}

function countsMoreCharacters(text: string, limit: number): boolean {
  // A code point takes one or two UTF-16 units, so most texts need no counting.
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  let characters = 0;
  for (const _ of text) characters++;
  return characters > limit;
}
