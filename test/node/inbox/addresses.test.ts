/** Which address is given away where callbacks are taken, and where another machine takes them. */
import { describe, expect, it } from 'vitest';
import { sayTold } from '../../../src-main/common/texts/language.ts';
import { createAddresses } from '../../../src-main/node/inbox/addresses.ts';
import type { TunnelSnapshot } from '../../../src-main/node/tunnel/tunnel.ts';

const notPublic = { kind: 'none', state: 'offline', publicUrl: null, provenAt: null, message: null } as const;

function addressesWith(takesCallbacks: boolean, snapshot: TunnelSnapshot = notPublic, othersUrl: string | null = null) {
  return createAddresses({
    tunnel: { snapshot: () => snapshot },
    urls: { main: () => ({ token: 'abc' }) as never },
    twin: null,
    takesCallbacks,
    othersUrl: () => othersUrl,
    galleryOrigin: () => 'http://127.0.0.1:4748',
  });
}

describe('the callback URL', () => {
  it('is that of the listener where nothing is public', () => {
    const addresses = addressesWith(true);
    addresses.listening(4747);
    expect(addresses.callbackUrl()).toBe('http://127.0.0.1:4747/c/abc');
    expect(addresses.loopbackCallbackUrl()).toBe('http://127.0.0.1:4747/c/abc');
    expect(sayTold(addresses.tunnelStatus())).toBeNull();
  });

  it('is none on a machine that takes no callbacks, which says where there is one', () => {
    const addresses = addressesWith(false);
    addresses.listening(0);
    expect([addresses.callbackUrl(), addresses.loopbackCallbackUrl()]).toEqual(['', '']);
    expect(sayTold(addresses.tunnelStatus())).toContain('Copy the callback URL on one that has it.');
  });

  it('is the public one of the others, where such a machine was told it', () => {
    const addresses = addressesWith(false, { ...notPublic, kind: 'url', publicUrl: 'https://inbox.example.test' });
    addresses.listening(0);
    expect(addresses.callbackUrl()).toBe('https://inbox.example.test/c/abc');
    expect(addresses.tunnelStatus().callbackUrl).toBe('https://inbox.example.test/c/abc');
  });

  it('of an order is that of another machine which is public, where this one is not; and none is given out that nobody can call', () => {
    for (const takesCallbacks of [true, false]) {
      const addresses = addressesWith(takesCallbacks, notPublic, 'https://other.example.test');
      expect([addresses.of('xyz'), addresses.isNowhere()]).toEqual(['https://other.example.test/c/xyz', false]);
      expect(addresses.callbackUrl()).not.toContain('other');
    }
    const isPublic = { ...notPublic, kind: 'url', publicUrl: 'https://inbox.example.test' } as const;
    expect(addressesWith(true, isPublic, 'https://other.example.test').of('xyz')).toBe(
      'https://inbox.example.test/c/xyz',
    );
    expect([true, false].map((takes) => addressesWith(takes).isNowhere())).toEqual([false, true]);
  });
});
