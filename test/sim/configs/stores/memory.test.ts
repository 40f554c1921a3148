import { createMemoryStore } from "../../../../sim/configs/stores/memory.ts";
import { describeStoreContract } from "../store-contract.ts";

describeStoreContract("the memory store", {
  newPlace: async () => ({ open: async () => createMemoryStore() }),
  isShared: false,
});
