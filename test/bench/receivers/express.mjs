// A callback handler in the style of the provider's documentation: it parses, answers, and stores nothing.
import express from 'express';

const app = express();
app.use(express.json());
app.post('/callback', (request, response) => {
  const { code, data } = /** @type {{ code: number, data: { taskId: string } | null }} */ (request.body);
  if (code === 200 && data === null) throw new Error('a success without data');
  response.status(200).json({ code: 200, msg: 'success' });
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}/callback` }));
});
