// The least that Node can do with a callback: it takes the body from the wire, reads the JSON, answers, and stores nothing.
import { createServer } from 'node:http';
import { parseJson } from '../processes.mjs';

const answer = JSON.stringify({ code: 200, msg: 'success' });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const pieces = [];
  request.on('data', (/** @type {Buffer} */ piece) => pieces.push(piece));
  request.once('end', () => {
    const { code, data } = /** @type {{ code: number, data: object | null }} */ (
      parseJson(String(Buffer.concat(pieces)))
    );
    if (code === 200 && data === null) throw new Error('a success without data');
    response.writeHead(200, headers).end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}/callback` }));
});
