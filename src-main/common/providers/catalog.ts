/**
 * The providers we know, a file each: how people call them, how long they keep files, how they sign, how their bodies look,
 * and a sample of one. A new provider is a file in `known/` and a line here.
 */
import { argil } from './known/argil.ts';
import { ark } from './known/ark.ts';
import { atlas } from './known/atlas.ts';
import { bfl } from './known/bfl.ts';
import { comfyui } from './known/comfyui.ts';
import { dashscope } from './known/dashscope.ts';
import { fal } from './known/fal.ts';
import { gemini } from './known/gemini.ts';
import { heygen } from './known/heygen.ts';
import { higgsfield } from './known/higgsfield.ts';
import { json2video } from './known/json2video.ts';
import { kieAleph } from './known/kie-aleph.ts';
import { kieLuma } from './known/kie-luma.ts';
import { kieMarket } from './known/kie-market.ts';
import { kieRunway } from './known/kie-runway.ts';
import { kieVeo } from './known/kie-veo.ts';
import { kling } from './known/kling.ts';
import { leonardo } from './known/leonardo.ts';
import { ltx } from './known/ltx.ts';
import { lumaAgents } from './known/luma-agents.ts';
import { luma } from './known/luma.ts';
import { magnific } from './known/magnific.ts';
import { maxapi } from './known/maxapi.ts';
import { minimax } from './known/minimax.ts';
import { nca } from './known/nca.ts';
import { novita } from './known/novita.ts';
import { openai } from './known/openai.ts';
import { openrouter } from './known/openrouter.ts';
import { piapi } from './known/piapi.ts';
import { pixverse } from './known/pixverse.ts';
import { pollo } from './known/pollo.ts';
import { rendi } from './known/rendi.ts';
import { replicate } from './known/replicate.ts';
import { runpod } from './known/runpod.ts';
import { runware } from './known/runware.ts';
import { runway } from './known/runway.ts';
import { shotstack } from './known/shotstack.ts';
import { sync } from './known/sync.ts';
import { synthesia } from './known/synthesia.ts';
import { tavus } from './known/tavus.ts';
import { tencent } from './known/tencent.ts';
import { toapis } from './known/toapis.ts';
import { unknown } from './known/unknown.ts';
import { useapi } from './known/useapi.ts';
import { vercel } from './known/vercel.ts';
import { vidu } from './known/vidu.ts';
import { wavespeed } from './known/wavespeed.ts';
import { xai } from './known/xai.ts';
import type { Provider, ProviderInfo } from './provider.ts';

export type { ProviderInfo, SecretName, SignatureScheme } from './provider.ts';

/** As a list shows them; of two whose bodies are alike the one with names of its own comes first. */
const files = [
  kieAleph,
  kieLuma,
  kieRunway,
  kieVeo,
  kieMarket,
  fal,
  replicate,
  lumaAgents,
  luma,
  openai,
  minimax,
  kling,
  piapi,
  openrouter,
  vercel,
  wavespeed,
  pollo,
  xai,
  higgsfield,
  vidu,
  ark,
  heygen,
  maxapi,
  gemini,
  atlas,
  runware,
  toapis,
  sync,
  magnific,
  dashscope,
  bfl,
  novita,
  synthesia,
  tavus,
  shotstack,
  json2video,
  rendi,
  argil,
  leonardo,
  runpod,
  comfyui,
  nca,
  tencent,
  pixverse,
  ltx,
  useapi,
  runway,
  unknown,
] as const;

/** Who makes the video. `unknown` is everything that no rule recognises; it is read all the same. */
export type ProviderId = (typeof files)[number]['id'];

/** All providers, in the order in which a list shows them; `unknown` comes last. */
export const providers: readonly Provider<ProviderId>[] = files;

const byId: ReadonlyMap<string, Provider<ProviderId>> = new Map(providers.map((file) => [file.id, file]));

export function providerFile(id: string): Provider<ProviderId> | null {
  return byId.get(id) ?? null;
}

export function providerInfo(id: string): ProviderInfo<ProviderId> | null {
  return providerFile(id);
}

/** As shown to people; an id that we do not know is shown as it is. */
export function providerName(id: string): string {
  return byId.get(id)?.name ?? id;
}

/** `kie` for all of kie.ai's APIs, else the provider's own id. */
export function providerFamily(id: string): string {
  return byId.get(id)?.family ?? id;
}
