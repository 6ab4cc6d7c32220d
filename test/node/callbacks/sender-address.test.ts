import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkRange, createAddressList, limitName, senderOf } from '../../../src-main/node/callbacks/sender-address.ts';

const incoming = (forwarded?: string): IncomingMessage =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '127.0.0.1' },
  }) as unknown as IncomingMessage;

describe('the sender', () => {
  it('is the peer of the connection where there is no tunnel, whatever the header claims', () => {
    expect(senderOf(incoming('203.0.113.9'), false)).toEqual({ address: '127.0.0.1', isForwarded: false });
  });

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['10.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['127.0.0.1,203.0.113.9 ', '203.0.113.9'],
    ['203.0.113.9:51234', '203.0.113.9'],
    ['[2001:db8::1]:51234', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['x'.repeat(500), 'x'.repeat(64)],
  ])('behind a tunnel is the last of %j', (header, address) => {
    expect(senderOf(incoming(header), true)).toEqual({ address, isForwarded: true });
  });

  it.each([undefined, '', '203.0.113.9,', ' , '])('has no other name where the tunnel wrote %j', (header) => {
    expect(senderOf(incoming(header), true)).toEqual({ address: '127.0.0.1', isForwarded: false });
  });
});

describe('the name that limits count by', () => {
  it('is one for a whole /64 of IPv6, and one for each address of IPv4', () => {
    expect(limitName('2001:db8:1:2::1')).toBe(limitName('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(limitName('2001:db8:1:2::1')).not.toBe(limitName('2001:db8:1:3::1'));
    expect(limitName('203.0.113.9')).not.toBe(limitName('203.0.113.10'));
    expect(limitName('::ffff:203.0.113.9')).toBe(limitName('203.0.113.9'));
  });

  it('is the text itself where that is no address', () => {
    expect(limitName('somewhere')).toBe('somewhere');
    expect(limitName(null)).toBe('');
  });
});

describe('the list of addresses', () => {
  const list = createAddressList(['203.0.113.9', '198.51.100.0/24', '2001:db8::/32']);

  it.each(['203.0.113.9', '::ffff:203.0.113.9', '198.51.100.255', '2001:db8:ffff::1', '2001:DB8::1'])(
    'lets %s in',
    (address) => expect(list(address)).toBe(true),
  );
  it.each(['203.0.113.10', '198.51.101.0', '2001:db9::1', '127.0.0.1', '::1', 'garbage', '', '203.0.113', null])(
    'turns %s away',
    (address) => expect(list(address)).toBe(false),
  );

  it('lets everyone in where it is empty, and nobody where all of it is unreadable', () => {
    expect(createAddressList([])(null)).toBe(true);
    expect(createAddressList(['somewhere'])('203.0.113.9')).toBe(false);
  });

  it('lets every IPv4 address in by 0.0.0.0/0, and no IPv6 one', () => {
    expect(createAddressList(['0.0.0.0/0'])('203.0.113.9')).toBe(true);
    expect(createAddressList(['0.0.0.0/0'])('2001:db8::1')).toBe(false);
  });
});

describe('an entry', () => {
  it.each([
    [' 203.0.113.9 ', '203.0.113.9'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['2001:DB8::/32', '2001:db8::/32'],
  ])('%j is stored as %j', (entry, stored) => expect(checkRange(entry)).toBe(stored));

  it.each(['', 'example.com', '203.0.113', '10', '203.0.113.0/33', '2001:db8::/129', '203.0.113.9-20', '1.2.3.4/'])(
    '%j is none',
    (entry) => expect(checkRange(entry)).toBeNull(),
  );
});
