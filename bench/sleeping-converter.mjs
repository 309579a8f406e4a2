/** Converts nothing, and waits without taking the processor: for measurements of what stands before a conversion. */
export function createConverter() {
  return {
    mappingHash: 'asleep',
    convert() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25_000);
      throw new Error('asleep');
    },
  };
}
