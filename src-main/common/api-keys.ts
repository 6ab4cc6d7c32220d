/** Keys for scripts, agents and other machines, and their calls: a part of the contract. */

/** `local`: what the gallery may do, but for keys and secrets. `twin`: for another machine that reads along, at the sync listener alone. */
export type ApiKeyScope = 'local' | 'twin';

export interface ApiKeyView {
  readonly id: string;
  readonly scope: ApiKeyScope;
  readonly label: string;
  readonly createdAt: string;
}

export interface ApiKeyCalls {
  'apiKeys:list': () => readonly ApiKeyView[];
  /** The key itself is in this answer and nowhere else. */
  'apiKeys:new': (options: { readonly scope: ApiKeyScope; readonly label: string }) => {
    readonly id: string;
    readonly key: string;
  };
  /** Refused from now on. */
  'apiKeys:revoke': (id: string) => null;
}
