// The few globals that Node and browsers share and that ECMAScript does not define. Only `common` sees this file.
declare class URL {
  constructor(url: string, base?: string);
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly username: string;
  readonly password: string;
  readonly searchParams: URLSearchParams;
  static canParse(url: string, base?: string): boolean;
}

declare class URLSearchParams {
  constructor(pairs: readonly (readonly [string, string])[]);
  get(name: string): string | null;
  has(name: string): boolean;
  toString(): string;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
