/** What comes at the same time is done together: its cost (a lock, a write to the disk, a client's waking) is paid once. */

/**
 * @param defer says when what has come is handled: `setImmediate`, after all that has arrived by then; or
 *   `queueMicrotask`, after all that goes on at this moment
 * @returns hands one over
 */
export function gather<Item>(
  handle: (items: readonly Item[]) => void,
  defer: (run: () => void) => void,
): (item: Item) => void {
  let waiting: Item[] = [];
  function handleAll(): void {
    const items = waiting;
    waiting = [];
    handle(items);
  }
  return (item) => {
    if (waiting.push(item) === 1) defer(handleAll);
  };
}
