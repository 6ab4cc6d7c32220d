/** What a terminal hears of the public address while the inbox runs in it. */
import { expect, it } from 'vitest';
import type { TunnelStatus } from '../../src-main/common/status.ts';
import { twinTexts } from '../../src-main/common/texts/en-sync.ts';
import { tunnelTextsEn } from '../../src-main/common/texts/en-tunnel.ts';
import { told } from '../../src-main/common/texts/sentence.ts';
import { createTunnelNews } from '../../src-main/headless/tunnel-news.ts';

const callbackUrl = 'https://name.example/c/token';
const base = {
  kind: 'ngrok',
  state: 'connecting',
  publicUrl: null,
  callbackUrl,
  provenAt: null,
  message: null,
} as const;
const away: TunnelStatus = { ...base, ...told(tunnelTextsEn.trouble.unreachable) };

it('tells why the address is away and that it is back, each once, however often it is tried', () => {
  const lines: string[] = [];
  const news = createTunnelNews(
    (line) => lines.push(line),
    () => true,
  );
  for (const status of [base, away, base, away, { ...base, state: 'online' } as const, away]) news(status);
  const note = `Note: ${tunnelTextsEn.trouble.unreachable.english}`;
  expect(lines).toEqual([note, `Providers can reach the callback URL: ${callbackUrl}`, note]);
});

it('says how to get one where there is none, but for a copy of another inbox', () => {
  const lines: string[] = [];
  const none: TunnelStatus = { ...base, kind: 'none', state: 'offline', ...told(tunnelTextsEn.none) };
  createTunnelNews(
    (line) => lines.push(line),
    () => true,
  )(none);
  createTunnelNews(
    (line) => lines.push(line),
    () => false,
  )(none);
  expect(lines).toEqual([
    expect.stringMatching(/^Note: No tunnel is set up.*"video-inbox tunnel set-token"/),
    `Note: ${tunnelTextsEn.none.english}`,
  ]);
});

it('says once that a copy is catching up, whatever it still lacks, and then how it stands with the address', () => {
  const lines: string[] = [];
  const news = createTunnelNews(
    (line) => lines.push(line),
    () => false,
  );
  const none: TunnelStatus = { ...base, kind: 'none', state: 'offline', ...told(tunnelTextsEn.none) };
  const behind = (count: number): TunnelStatus => ({ ...none, ...told(twinTexts.catchingUp(count)) });
  for (const status of [behind(1500), behind(1000), behind(500), none]) news(status);
  expect(lines).toEqual([expect.stringContaining('about 1,500'), `Note: ${tunnelTextsEn.none.english}`]);
});
