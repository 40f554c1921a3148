import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../sim/configs/index.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, refusal } from "./mvsim.ts";

const configs = { accountSid: `AC${"a".repeat(32)}`, store: "config" } as const;
const entry = { key: "a", value: "kept", updatedAt: 1, revision: "1" };

describe("mvsim backup", () => {
  it("copies a database that is in use", async () => {
    const folder = temporaryFolder();
    const [file, copy] = [join(folder, "a.db"), join(folder, "copy.db")];
    const store = await openSqliteStore(file);
    await store.create(configs, entry);
    const expected = { status: 0, stdout: `${copy}: a copy of ${file}\n` };
    expect(await mvsim("backup", "--sqlite", file, copy)).toMatchObject(expected);
    await store.close();
    const restored = await openSqliteStore(copy);
    expect(await restored.get(configs, "a")).toEqual(entry);
    await restored.close();
  });

  it("refuses a database that is not there, and a copy that is", async () => {
    const folder = temporaryFolder();
    const [file, copy] = [join(folder, "a.db"), join(folder, "copy.db")];
    expect(await mvsim("backup", "--sqlite", file, copy)).toMatchObject(
      refusal(2, "DATABASE_UNUSABLE", /no such file/),
    );
    await (await openSqliteStore(file)).close();
    expect(await mvsim("backup", "--sqlite", file, file)).toMatchObject(refusal(2, "NOT_WRITABLE", /it exists/));
  });
});
