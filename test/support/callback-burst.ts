/** Many callbacks over kept-alive connections, until the other side dies. */
import { Agent, request as httpRequest } from 'node:http';

export interface Burst {
  /** Task ids that were answered 2xx. */
  readonly answered: readonly string[];
  /** Resolves when no connection gets through any more. */
  readonly over: Promise<void>;
}

/** @param bodyOf makes the body for the n-th task id. */
export function startBurst(
  url: string,
  prefix: string,
  connections: number,
  bodyOf: (taskId: string) => object,
): Burst {
  const answered: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let n = 0;

  async function worker(): Promise<void> {
    for (;;) {
      const taskId = `${prefix}-${(n += 1)}`;
      const status = await post(url, agent, JSON.stringify(bodyOf(taskId)));
      if (status === null) return;
      if (status >= 200 && status < 300) answered.push(taskId);
    }
  }

  const over = Promise.all(Array.from({ length: connections }, worker)).then(() => agent.destroy());
  return { answered, over };
}

/** @returns the status, `null` where the connection failed: then nobody promised anything. */
function post(url: string, agent: Agent, body: string): Promise<number | null> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = httpRequest(url, { method: 'POST', headers, agent }, (incoming) => {
      incoming.once('error', () => resolve(null));
      incoming.once('end', () => resolve(incoming.statusCode ?? null));
      incoming.resume();
    });
    outgoing.once('error', () => resolve(null));
    outgoing.end(body);
  });
}
