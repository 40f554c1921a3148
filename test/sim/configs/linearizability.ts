/**
 * A checker for linearizability: whether what clients did to one key, and what they were told, is what some serial
 * order gives in which each operation stands between its begin and its end. (The search of Wing and Gong, with each
 * set of operations and state looked at once, as Lowe does it.) The key is a register that may be empty.
 *
 * No two writes of a history write the same value: so a condition on an ETag is one on the value that came with it.
 */

export type Request =
  | { readonly kind: "create"; readonly value: string }
  | { readonly kind: "update"; readonly value: string; readonly ifValue?: string | undefined }
  | { readonly kind: "delete"; readonly ifValue?: string | undefined }
  | { readonly kind: "read" };

export interface Operation {
  readonly request: Request;
  /** An HTTP status. */
  readonly status: number;
  /** What a read, an update and a creation answered. */
  readonly value?: string | undefined;
  /** When it was sent and when its answer was there, on one clock that all clients share. */
  readonly begin: number;
  readonly end: number;
}

/** The register's value; undefined when there is none. */
type State = string | undefined;

interface Configuration {
  /** One bit for each operation that is in the order so far. */
  readonly done: bigint;
  readonly count: number;
  readonly state: State;
}

/**
 * Answers undefined when a serial order explains the history, which begins with an empty register; else the operations
 * of which none can be the next one, where the longest order ends.
 */
export function findContradiction(history: readonly Operation[]): readonly Operation[] | undefined {
  const operations = history.toSorted((a, b) => a.begin - b.begin);
  const waiting: Configuration[] = [{ done: 0n, count: 0, state: undefined }];
  const seen = new Set<string>();
  let longest = waiting[0]!;
  for (let current = waiting.pop(); current; current = waiting.pop()) {
    if (current.count === operations.length) return undefined;
    if (current.count > longest.count) longest = current;
    for (const next of successors(operations, current)) {
      const name = `${next.done} ${next.state}`;
      if (seen.has(name)) continue;
      seen.add(name);
      waiting.push(next);
    }
  }
  return candidates(operations, longest.done).map((index) => operations[index]!);
}

function successors(operations: readonly Operation[], { done, count, state }: Configuration): Configuration[] {
  const found: Configuration[] = [];
  for (const index of candidates(operations, done)) {
    const operation = operations[index]!;
    if (!isRightAnswer(operation, state)) continue;
    const after = { done: done | (1n << BigInt(index)), count: count + 1, state: stateAfter(operation, state) };
    // What changes nothing and can come now may come now: whatever order there is, it is one without it, too.
    if (!isWrite(operation)) return [after];
    found.push(after);
  }
  return found;
}

/** Those that may be the next: no other that is not done has ended before they began. */
function candidates(operations: readonly Operation[], done: bigint): number[] {
  const found: number[] = [];
  let earliestEnd = Number.POSITIVE_INFINITY;
  for (const [index, { begin, end }] of operations.entries()) {
    if (begin > earliestEnd) break;
    if (done & (1n << BigInt(index))) continue;
    earliestEnd = Math.min(earliestEnd, end);
    found.push(index);
  }
  return found;
}

function isWrite({ request, status }: Operation): boolean {
  return request.kind !== "read" && status < 300;
}

function stateAfter(operation: Operation, before: State): State {
  const { request } = operation;
  if (!isWrite(operation) || request.kind === "read") return before;
  return request.kind === "delete" ? undefined : request.value;
}

/** What the API promises, of one request at a time. */
function isRightAnswer({ request, status, value }: Operation, state: State): boolean {
  if (request.kind === "create") {
    return state === undefined ? status === 201 && value === request.value : status === 409;
  }
  if (state === undefined) return status === 404;
  if (request.kind === "read") return status === 200 && value === state;
  if (request.ifValue !== undefined && request.ifValue !== state) return status === 412;
  return request.kind === "delete" ? status === 204 : status === 200 && value === request.value;
}
