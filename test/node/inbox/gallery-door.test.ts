import { connect } from 'node:net';
import { onTestFinished, test, vi } from 'vitest';
import { createGalleryDoor } from '../../../src-main/node/inbox/gallery-side.ts';
import { waitUntil } from '../../support/wait-until.ts';

test('a call that is not answered keeps the end of the inbox no longer, where what was closed before it took its time', async () => {
  let nowMs = 0;
  let isAsked = false;
  const door = createGalleryDoor({ port: 0, localKey: 'k', nowMs: () => nowMs });
  const { port } = await door.listen({
    fetch() {
      isAsked = true;
      return new Promise<Response>(() => undefined);
    },
  });
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write('POST /call/x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
  await waitUntil(() => isAsked, 'the call');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  door.closing();
  // A callback whose body did not come, say.
  nowMs += 2500;
  const closed = door.close();
  // As long as pages and players get.
  vi.advanceTimersByTime(300);
  // Never, where it had two seconds more.
  await closed;
});
