import { setFlagsFromString } from 'node:v8';

/** A document of so many bytes is large. Smaller ones are done before there is much garbage. */
const LARGE = 8_000_000;

/**
 * Does something for a document. If the document is large, V8 collects garbage each time that the memory in use has grown by
 * a fifth. By itself V8 waits until it is three or four times as much: then a document of 50 MB holds 200 MB of garbage at
 * its end. It takes no longer, since V8 looks for garbage in another thread.
 */
export function withLittleGarbage<T>(bytes: number, work: () => T): T {
  if (bytes < LARGE) return work();
  setFlagsFromString('--heap-growing-percent=20');
  try {
    return work();
  } finally {
    setFlagsFromString('--heap-growing-percent=0');
  }
}
