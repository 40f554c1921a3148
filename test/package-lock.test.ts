/** What is installed with the package: no install scripts, and nothing that the oldest Node of `engines` can't run. */

import { intersects, minVersion, satisfies } from "semver";
import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import lock from "../package-lock.json" with { type: "json" };

interface LockedPackage {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string } | readonly string[];
}

const oldestNode = minVersion(manifest.engines.node)!.version;
/** Node's releases that people use, or will: the even numbers from the oldest one. */
const releases = [22, 24, 26];
const packages = Object.entries<LockedPackage>(lock.packages).filter(([path]) => path !== "");

/** The range of Node versions that a package states. */
function nodeRange({ engines }: LockedPackage): string {
  return (engines && "node" in engines && engines.node) || "*";
}

function withInstallScript(candidates: typeof packages): string[] {
  return candidates.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional).map(([path]) => path);
}

function notFor(candidates: typeof packages, fits: (range: string) => boolean): string[] {
  return candidates.filter(([, locked]) => !fits(nodeRange(locked))).map(([path]) => path);
}

it("holds no package with an install script, unless an optional one", () => {
  expect(withInstallScript(packages)).toEqual([]);
  expect(withInstallScript([["node_modules/planted", { hasInstallScript: true }]])).toEqual(["node_modules/planted"]);
});

it(`holds what Node ${oldestNode} can run`, () => {
  const fits = (range: string) => satisfies(oldestNode, range);
  expect(oldestNode).toBe("20.19.0");
  expect(notFor(packages, fits)).toEqual([]);
  expect(notFor([["node_modules/planted", { engines: { node: ">=20.20" } }]], fits)).toEqual(["node_modules/planted"]);
});

it.each(releases)("holds what Node %i can run", (release) => {
  expect(notFor(packages, (range) => intersects(range, `^${release}`))).toEqual([]);
});

it("names the same versions as package.json", () => {
  const { dependencies, devDependencies, engines } = manifest;
  expect(lock.packages[""]).toMatchObject({ dependencies, devDependencies, engines });
});
