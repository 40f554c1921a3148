import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readableName } from "../../../../host/mcu/wasm/prepare/rust-names.ts";

describe("names of Rust functions", () => {
  it.each([
    ["_ZN1a5check17hf67dfa98ea82c39fE", "a::check"],
    ["_ZN29_$LT$a..S$u20$as$u20$a..T$GT$1f17h75778d2a934314fbE", "<a::S as a::T>::f"],
    [
      "_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17ha5acb4f459faceeaE.llvm.2967831944387197538",
      "std::rt::lang_start::{{closure}}",
    ],
    ["_ZN42_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE", "<&T as core::fmt::Debug>::fmt"],
  ])("%s is %s", (mangled, readable) => expect(readableName(mangled)).toBe(readable));

  it.each([
    ["of C", "TIM1_BRK_IRQHandler"],
    ["of C++ that is readable", "app::Counter::add(std::string const&)"],
    ["of C++ that is not", "_ZN3app7Counter3addEv"],
    ["in the newer scheme", "_RNvCs9mg4hJbtRZk_1a5check"],
    ["whose lengths are wrong", "_ZN9a17hf67dfa98ea82c39fE"],
    ["whose lengths are missing", "_ZNabc17hf67dfa98ea82c39fE"],
    ["whose steps are empty", "_ZN0017hf67dfa98ea82c39fE"],
  ])("leave a name %s as it is", (_, name) => expect(readableName(name)).toBe(name));

  it("answer for every text, whatever the module's author wrote there", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(typeof readableName(`_ZN${text}17hf67dfa98ea82c39fE`)).toBe("string");
      }),
    );
    expect(readableName("_ZN9$ufffff$x17hf67dfa98ea82c39fE")).toContain("x");
  });
});
