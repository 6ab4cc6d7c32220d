/** What an open page proves itself with to an inbox that was started anew; nobody can read the secret half of it. */
export interface PageKey {
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

const kind = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

export async function makePageKey(subtle: SubtleCrypto): Promise<PageKey> {
  const { publicKey, privateKey } = await subtle.generateKey(kind, false, ['sign', 'verify']);
  return {
    publicKey: toBase64(await subtle.exportKey('spki', publicKey)),
    sign: async (text) => toBase64(await subtle.sign(signing, privateKey, new TextEncoder().encode(text))),
  };
}
