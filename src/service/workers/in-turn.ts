/**
 * Does something once at a time, with at most one call waiting. Calls that come meanwhile share the waiting one, because
 * it begins after all of them.
 */
export function inTurn(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        running = waiting!;
        waiting = undefined;
        return action();
      });
    return waiting;
  };
}
