/**
 * Which module may import which: the directions of the architecture, checked by `npm run lint`. `test/lint.test.ts`
 * plants a violation of each rule and shows that it is found.
 */

/** Folders of `host` that know nothing of the others; `trace` takes its faults from `fault`. */
const leaves = "abi|data|fault|time|trace";

/** What a person, a program or a build starts with. All else in `host` and `sim` has to be reached from here. */
const entries =
  "^(host/(index|browser)|sim/(cli/main|configs/index|firmware/build-apps|generate/main|kit/index|twilio/preload|vitest/matchers))[.]ts$";

/**
 * A rule that modules import nothing but what is named; packages and Node modules have their own rules.
 * @param {string} name
 * @param {string} from a pattern of paths below `host`
 * @param {string} to a pattern of paths below `host`
 * @param {string} comment
 * @returns {import("dependency-cruiser").IForbiddenRuleType}
 */
function only(name, from, to, comment) {
  return {
    name,
    comment,
    severity: "error",
    from: { path: `^host/${from}` },
    to: { path: "^(host|sim|firmware)/", pathNot: `^host/${to}` },
  };
}

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    only("abi-imports-nothing", "abi/", "abi/", "The declaration of the ABI stands on its own."),
    only("data-imports-nothing", "data/", "data/", "Conversions of data stand on their own."),
    only("fault-imports-nothing", "fault/", "fault/", "Errors stand on their own."),
    only("time-imports-nothing", "time/", "time/", "Queue, cycles and random streams stand on their own."),
    only("trace-imports-faults", "trace/", "(trace|fault)/", "Events name faults, and nothing else."),
    only(
      "mcu-knows-no-syscall",
      "mcu/",
      "(mcu/|data/|fault/|time/|trace/|abi/(interrupts|mcu-calls|peripheral-calls)[.]ts$)",
      "The MCU knows its interrupts and its own calls; no mv… call, no status, no kernel.",
    ),
    only(
      "core-behind-its-port",
      "mcu/wasm/",
      "(mcu/(wasm/|core[.]ts$)|data/|fault/)",
      "The WebAssembly core knows the core port, not the MCU that drives it.",
    ),
    {
      name: "core-only-through-its-port",
      comment: "Only the composition knows which core runs the firmware.",
      severity: "error",
      from: { path: "^host/", pathNot: "^host/(mcu/wasm/|device[.]ts$)" },
      to: { path: "^host/mcu/wasm/" },
    },
    only(
      "kernel-knows-ports",
      "kernel/",
      `(kernel/|wire/|(${leaves})/|mcu/core[.]ts$)`,
      "The kernel knows the ABI, the wire and ports; of the MCU the types of the core port alone.",
    ),
    {
      name: "kernel-takes-types-of-the-core",
      comment: "The kernel shares no code with the MCU.",
      severity: "error",
      from: { path: "^host/kernel/" },
      to: { path: "^host/mcu/", dependencyTypesNot: ["type-only"] },
    },
    only(
      "wire-knows-no-device",
      "wire/",
      "(wire/|abi/|data/|fault/)",
      "The service speaks this protocol too: it knows neither kernel nor MCU.",
    ),
    only(
      "platform-behind-the-ports",
      "platform/",
      "(platform/|wire/|data/|fault/|kernel/ports[.]ts$|device-options[.]ts$)",
      "A platform serves the device's ports.",
    ),
    {
      name: "platforms-apart",
      comment: "The browser has no Node module, and Node no DOM.",
      severity: "error",
      from: { path: "^host/platform/([^/]+)/" },
      to: { path: "^host/platform/", pathNot: "^host/platform/$1/" },
    },
    {
      name: "device-takes-its-platform",
      comment: "The composition gets uplink and platform as options, else a browser's bundle pulls ws.",
      severity: "error",
      from: { path: "^host/", pathNot: "^host/(platform/|(index|browser)[.]ts$)" },
      to: { path: "^host/platform/" },
    },
    {
      name: "nothing-imports-the-composition",
      comment: "The composition root and the entry points are the outermost layer of host.",
      severity: "error",
      from: { path: "^host/.*/" },
      to: { path: "^host/[^/]+[.]ts$", pathNot: "^host/device-options[.]ts$" },
    },
    {
      name: "browser-reaches-no-node",
      comment: "Not even through another module.",
      severity: "error",
      from: { path: "^host/browser[.]ts$" },
      to: { path: "^host/(index[.]ts$|platform/node/)", reachable: true },
    },
    {
      name: "host-imports-no-sim",
      comment: "The device knows nothing of the service and of the command line.",
      severity: "error",
      from: { path: "^host/" },
      to: { path: "^sim/" },
    },
    {
      name: "node-modules-on-node",
      comment: "In host, only the Node platform and the entry point for Node import what Node alone has.",
      severity: "error",
      from: { path: "^host/", pathNot: "^host/(index[.]ts$|platform/node/)" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "packages-of-the-device",
      comment: "What runs everywhere: the three packages of the device that need no platform.",
      severity: "error",
      from: { path: "^host/", pathNot: "^host/(index[.]ts$|platform/node/)" },
      to: { path: "node_modules/", pathNot: "node_modules/(binaryen|cborg|pure-rand)/" },
    },
    {
      name: "service-stands-alone",
      comment: "Programs embed the service without the command line.",
      severity: "error",
      from: { path: "^sim/configs/" },
      to: { path: "^sim/", pathNot: "^sim/configs/" },
    },
    {
      name: "command-line-outermost",
      comment: "Commands use everything else of sim; nothing of it knows of commands.",
      severity: "error",
      from: { path: "^sim/", pathNot: "^sim/cli/" },
      to: { path: "^sim/cli/" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    {
      name: "declared-packages",
      comment: "What is published imports the dependencies that package.json declares for it.",
      severity: "error",
      from: { path: "^(host|sim)/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "vitest-for-its-matchers",
      comment: "Who uses the kit without vitest need not have it.",
      severity: "error",
      from: { path: "^(host|sim)/", pathNot: "^sim/vitest/" },
      to: { path: "node_modules/vitest" },
    },
    {
      name: "resolvable",
      comment: "An import that can't be followed can't be checked either.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-cycles",
      comment: "Types count too: a cycle of types is a cycle of knowledge.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment:
        "Code that no entry point reaches, at most a test, is dead. (The text form of state waits for snapshots.)",
      severity: "error",
      from: { path: entries },
      to: { path: "^(host|sim)/", pathNot: ["[.]d[.]ts$", "^host/data/plain-data[.]ts$", entries], reachable: false },
    },
    {
      name: "no-orphans-in-tests",
      severity: "error",
      from: { orphan: true, path: "^test/", pathNot: "[.]test[.]ts$" },
      to: {},
    },
  ],
  options: {
    // Else imports of types alone are not seen.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    doNotFollow: { path: "node_modules" },
    // Firmware, whose imports the AssemblyScript compiler resolves.
    exclude: { path: "/fixtures/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
