/**
 * Scheduled work as plain data: events `{ at, order, kind, … }` that a table of handlers interprets. Events of one
 * moment fall due in the order in which they were scheduled.
 */

export interface QueuedEvent {
  /** Cycles since power-on. */
  readonly at: number;
  readonly order: number;
  readonly kind: string;
}

export interface QueueState {
  /** Sorted by `at`, then `order`. */
  events: QueuedEvent[];
  /** Were due, but could not be completed: they wait for something from outside, oldest first (real clock only). */
  parked: QueuedEvent[];
  nextOrder: number;
}

export function createQueue(): QueueState {
  return { events: [], parked: [], nextOrder: 0 };
}

/** Adds an event, and takes the object over; one that is due in the past falls due at once. */
export function schedule<Event extends { at: number; kind: string }>(queue: QueueState, event: Event): void {
  const { events } = queue;
  let position = events.length;
  while (position > 0 && (events[position - 1] as QueuedEvent).at > event.at) position--;
  const queued = event as Event & { order: number };
  queued.order = queue.nextOrder++;
  if (position === events.length) events.push(queued);
  else events.splice(position, 0, queued);
}

/** Removes every event for which the predicate holds. */
export function cancel(queue: QueueState, predicate: (event: QueuedEvent) => boolean): void {
  queue.events = queue.events.filter((event) => !predicate(event));
  if (queue.parked.length > 0) queue.parked = queue.parked.filter((event) => !predicate(event));
}

/** Something came from outside: what waits for it is due again, at `now`. */
export function unpark(queue: QueueState, now: number): void {
  const { parked } = queue;
  queue.parked = [];
  for (const event of parked) schedule(queue, Object.assign(event, { at: now }));
}

/** When the next event falls due, or Infinity. */
export function nextDue(queue: QueueState): number {
  return queue.events[0]?.at ?? Number.POSITIVE_INFINITY;
}
