'use strict';

/**
 * Copies values through text the way a structured clone would: what cannot be cloned throws. Used between the double
 * and its pages, and (with `hooks` for functions and promises) between the two worlds of a page. It is also injected
 * into pages as source, so it must not use anything from outside itself.
 */
function createCodec(hooks = {}) {
  const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

  function encode(value) {
    if (value === undefined) return { $: 'undefined' };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', v: String(value) };
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value === 'function' && hooks.keepFunction) return { $: 'function', v: hooks.keepFunction(value) };
    if (typeof value !== 'object') throw new Error('An object could not be cloned.');
    if (typeof value.then === 'function') {
      if (!hooks.keepPromise) throw new Error('An object could not be cloned.');
      return { $: 'promise', v: hooks.keepPromise(value) };
    }
    if (Array.isArray(value)) return value.map(encode);
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof Error) return { $: 'error', v: { name: value.name, message: value.message } };
    if (value instanceof Map) return { $: 'map', v: [...value].map(encode) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(encode) };
    if (value instanceof ArrayBuffer) return { $: 'bytes', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      return { $: 'bytes', v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    const fields = Object.entries(value).map(([name, field]) => [name, encode(field)]);
    return '$' in value ? { $: 'object', v: fields } : Object.fromEntries(fields);
  }

  function decode(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(decode);
    if (!('$' in value)) return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, decode(field)]));
    switch (value.$) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(value.v);
      case 'bigint':
        return BigInt(value.v);
      case 'function':
        return hooks.makeFunction(value.v);
      case 'promise':
        return hooks.makePromise(value.v);
      case 'date':
        return new Date(value.v);
      case 'error':
        return Object.assign(new Error(value.v.message), { name: value.v.name });
      case 'map':
        return new Map(value.v.map(decode));
      case 'set':
        return new Set(value.v.map(decode));
      case 'bytes':
        return fromBase64(value.v);
      case 'object':
        return Object.fromEntries(value.v.map(([name, field]) => [name, decode(field)]));
      default:
        throw new Error(`unknown tag ${value.$}`);
    }
  }

  return { encode, decode };
}

module.exports = { createCodec };
