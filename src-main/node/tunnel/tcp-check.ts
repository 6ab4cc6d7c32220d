/** A bare look at whether ngrok's edge takes connections: TCP and TLS, then away. Nothing is sent, nothing is trusted. */
import net from 'node:net';
import tls from 'node:tls';

export const ngrokServerAddr = 'connect.ngrok-agent.com:443';

/** Of real time. */
const limitMs = 1500;

/** @returns `false` also where the handshake takes longer than `limitMs`. */
export function createTcpCheck(serverAddr: string): () => Promise<boolean> {
  const at = serverAddr.lastIndexOf(':');
  const host = serverAddr.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(serverAddr.slice(at + 1));
  return () =>
    new Promise((resolve) => {
      const finish = (reachable: boolean): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(reachable);
      };
      // The SDK checks the certificate when it logs in; here only the answer counts.
      const socket = tls.connect({
        host,
        port,
        rejectUnauthorized: false,
        ...(net.isIP(host) ? {} : { servername: host }),
      });
      const timer = setTimeout(() => finish(false), limitMs);
      socket.once('secureConnect', () => finish(true));
      socket.on('error', () => finish(false));
      socket.once('close', () => finish(false));
    });
}
