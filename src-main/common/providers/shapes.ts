/** The shapes of all providers in the order in which they are tried. The first rule whose tests all hold wins. */
import { providers, type ProviderId } from './catalog.ts';
import { kieGuesses } from './known/kie.ts';
import type { HeaderRule, Shape } from './provider.ts';

export interface ShapeRule extends Shape {
  readonly provider: ProviderId;
}

export interface ProviderHeaderRule extends HeaderRule {
  readonly provider: ProviderId;
}

/** kie.ai's own order: names that one of its APIs has alone come before what several have. */
const plainOrder: readonly ProviderId[] = ['kie-aleph', 'kie-runway', 'kie-veo', 'kie-market', 'kie-luma'];

const shapesOf = (isWanted: (id: ProviderId, isPlain: boolean) => boolean): readonly ShapeRule[] =>
  providers
    .filter(({ id, isPlain }) => isWanted(id, isPlain === true))
    .flatMap(({ id, shapes }) => shapes.map((shape) => ({ ...shape, provider: id })));

export const shapes: readonly ShapeRule[] = [
  ...shapesOf((_, isPlain) => !isPlain),
  ...plainOrder.flatMap((plain) => shapesOf((id) => id === plain)),
  ...kieGuesses.map(([provider, shape]) => ({ ...shape, provider })),
  ...shapesOf((id, isPlain) => isPlain && !plainOrder.includes(id)),
];

/** `x-webhook-signature` and `webhook-signature` are shared by so many that they say nothing. */
export const headerRules: readonly ProviderHeaderRule[] = providers
  .flatMap(({ id, headers = [] }) => headers.map((rule) => ({ ...rule, provider: id })))
  .sort((a, b) => Number(b.decides) - Number(a.decides));
