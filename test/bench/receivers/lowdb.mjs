// The obvious way to keep callbacks: push into one lowdb file and write it before the answer. Arguments: file, records
// that are there before the first callback.
import express from 'express';
import { JSONFilePreset } from 'lowdb/node';
import { syntheticTask } from '../synthetic.mjs';

const [file = '', before = '0'] = process.argv.slice(2);
const tasks = Array.from({ length: Number(before) }, (_, index) => /** @type {object} */ (syntheticTask(index)));
const db = await JSONFilePreset(file, { tasks });

const app = express();
app.use(express.json());
app.post('/callback', async (request, response) => {
  db.data.tasks.push(/** @type {object} */ (request.body));
  await db.write();
  response.status(200).json({ code: 200, msg: 'success' });
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}/callback` }));
});
