/**
 * Arrays for PostgreSQL as it sends them itself (`array_recv`): events are JSON that holds JSON, and as text each of
 * their quotes would be escaped here and unescaped there, in each append.
 */
const int8Type = 20;
const textType = 25;
const headBytes = 20;

/** For a parameter of type `bigint[]`. */
export function binaryNumbers(values: readonly number[]): Buffer {
  const array = Buffer.allocUnsafe(headBytes + values.length * 12);
  let at = writeHead(array, int8Type, values.length);
  for (const value of values) {
    at = array.writeInt32BE(8, at);
    at = array.writeBigInt64BE(BigInt(value), at);
  }
  return array;
}

/** For a parameter of type `text[]`, in a database whose client speaks UTF-8, as ours does. */
export function binaryTexts(values: readonly string[]): Buffer {
  const lengths = values.map((value) => Buffer.byteLength(value));
  const array = Buffer.allocUnsafe(lengths.reduce((sum, bytes) => sum + 4 + bytes, headBytes));
  let at = writeHead(array, textType, values.length);
  for (const [index, value] of values.entries()) {
    at = array.writeInt32BE(lengths[index] ?? 0, at);
    at += array.write(value, at);
  }
  return array;
}

/** @returns where the first value goes. */
function writeHead(array: Buffer, type: number, count: number): number {
  const dimensions = 1;
  let at = array.writeInt32BE(dimensions, 0);
  at = array.writeInt32BE(0, at); // no nulls
  at = array.writeInt32BE(type, at);
  at = array.writeInt32BE(count, at);
  return array.writeInt32BE(1, at); // as everywhere in SQL, the first is number one
}
