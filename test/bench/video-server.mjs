// Serves large videos from memory, in a process of its own: a small real mp4 followed by a `free` box that fills it up to
// the asked size. `/hang/…` accepts and never answers. Arguments: the small mp4, the size in bytes, and for a slow link the
// bytes that each connection gets in a second.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [sampleFile = '', size = '0', perSecond = '0'] = process.argv.slice(2);
const totalBytes = Number(size);
const bytesPerSecond = Number(perSecond);
const head = withFreeBox(readFileSync(sampleFile), totalBytes);
const filler = Buffer.alloc(1024 * 1024, 0x5a);

const server = createServer((request, response) => {
  if (request.url?.startsWith('/hang/')) return;
  response.writeHead(200, {
    'content-type': 'video/mp4',
    'content-length': totalBytes,
    etag: `"${totalBytes}"`,
    'accept-ranges': 'none',
  });
  let left = totalBytes - head.length;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      const chunk = left >= filler.length ? filler : filler.subarray(0, left);
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  response.write(head);
  if (bytesPerSecond > 0) slowly(response, left);
  else more();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
});

/** @param {import('node:http').ServerResponse} response @param {number} bytes */
function slowly(response, bytes) {
  const piece = Math.ceil(bytesPerSecond / 20);
  let left = bytes;
  const timer = setInterval(() => {
    const some = Math.min(left, piece);
    response.write(filler.subarray(0, some));
    left -= some;
    if (left === 0 || response.destroyed) {
      clearInterval(timer);
      response.end();
    }
  }, 50);
}

/**
 * A box with a 64-bit size: `00000001`, its type, then the size of the box with this header.
 * @param {Buffer} sample @param {number} total @returns {Buffer} the sample and the head of the box
 */
function withFreeBox(sample, total) {
  const box = Buffer.alloc(16);
  box.writeUInt32BE(1, 0);
  box.write('free', 4, 'latin1');
  box.writeBigUInt64BE(BigInt(total - sample.length), 8);
  return Buffer.concat([sample, box]);
}
