import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const host = new URL("../../../../dist/host/index.js", import.meta.url).href;
const firmware = fileURLToPath(new URL("../../../../build/firmware/debug/device-identity.wasm", import.meta.url));

/** Makes devices until it can't, in a process with so little address space that it soon can't. */
function makeDevices(...nodeOptions: string[]): string {
  const program = `
    import { readFileSync } from "node:fs";
    import { createDevice } from ${JSON.stringify(host)};
    const firmware = readFileSync(${JSON.stringify(firmware)});
    const devices = [];
    try {
      while (devices.length < 60) devices.push(await createDevice({ firmware }));
      console.log("all");
    } catch (error) {
      console.log(devices.length > 0, error.code, error.message);
    }`;
  const command = `ulimit -v 200000000; exec "$@"`;
  const words = [process.execPath, ...nodeOptions, "--input-type=module", "-e", program];
  const { stdout, stderr } = spawnSync("bash", ["-c", command, "bash", ...words], { encoding: "utf8" });
  return stdout + stderr;
}

it("where the address space ends, the error says what to do; and doing it helps", () => {
  expect(makeDevices()).toMatch(/^true ERR_MVSIM_TOO_MANY_DEVICES .*--disable-wasm-trap-handler/);
  expect(makeDevices("--disable-wasm-trap-handler")).toBe("all\n");
});
