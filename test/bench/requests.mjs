/** Callbacks as finished bytes for plain sockets, so that on a small machine the receiver, not the load, is what is measured. */
import { syntheticCallback, taskIdOf } from './synthetic.mjs';

/**
 * @param {URL} target @param {string} videoHost
 * @returns {(index: number) => Buffer} a request of its own for each task
 */
export function callbackRequests(target, videoHost) {
  const body = JSON.stringify(syntheticCallback(0, videoHost));
  const head = [
    `POST ${target.pathname} HTTP/1.1`,
    `Host: ${target.host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const template = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  const idAt = template.indexOf(taskIdOf(0));
  return (index) => {
    template.write(taskIdOf(index), idAt, 'latin1');
    return Buffer.from(template);
  };
}

/** @param {string} text what came of one answer so far */
export function isWhole(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return text.length >= headEnd + 4 + Number(length ?? 0);
}
