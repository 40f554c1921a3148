/** What each part of the memory store hands to the whole. */
export interface MemoryPart<Operations> {
  readonly operations: Operations;
  /** Of its records, in any order, also several times. */
  accountSids(): string[];
}
