/** Who may ask for which call, and what a copy leaves to the inbox that it follows: decided for each by name. */
import type { CallName } from './contract.ts';
import { isRecord } from './providers/json.ts';

/** A decision about a call; where it depends on the arguments, as they arrived and are not parsed yet. */
type Decision = boolean | ((args: readonly unknown[]) => boolean);

interface CallRule {
  /** Whether a key for scripts may ask for it. */
  readonly scripts: Decision;
  /** Whether a copy of another inbox does it. */
  readonly inCopy: Decision;
}

const forAll: CallRule = { scripts: true, inCopy: true };
/** A key for scripts makes no keys, sets no secrets and opens no other library. */
const notForScripts: CallRule = { scripts: false, inCopy: true };
/**
 * What would begin at a provider, or with a film on the disk, before the log of a copy refuses what came of it; and what
 * nothing would come of.
 */
const notInCopy: CallRule = { scripts: true, inCopy: false };

const rules: { readonly [K in CallName]: CallRule } = {
  'app:info': forAll,
  'app:status': forAll,
  'app:diagnostics': forAll,
  'app:pageBroke': forAll,
  'tasks:query': forAll,
  'tasks:rows': forAll,
  'tasks:keys': forAll,
  'tasks:takes': forAll,
  'tasks:sums': forAll,
  'tasks:complete': forAll,
  'tasks:texts': forAll,
  'tasks:counts': forAll,
  'tasks:labels': forAll,
  'labels:rename': forAll,
  'labels:color': forAll,
  'tasks:list': forAll,
  'tasks:get': forAll,
  'tasks:places': forAll,
  'tasks:missing': forAll,
  'tasks:mark': forAll,
  'tasks:tag': forAll,
  'tasks:setProject': forAll,
  'tasks:trash': forAll,
  'tasks:restore': forAll,
  'tasks:purge': forAll,
  'tasks:retry': forAll,
  'tasks:undo': forAll,
  'tasks:setTitle': forAll,
  'tasks:setNote': forAll,
  'tasks:newLink': forAll,
  'tasks:attachFile': notInCopy,
  'tasks:import': notInCopy,
  'tasks:locate': notInCopy,
  'tasks:settle': forAll,
  'export:prepare': forAll,
  'tasks:savePoster': forAll,
  'tasks:saveStrip': forAll,
  'previews:wanted': forAll,
  'previews:clear': forAll,
  'callback:url': forAll,
  'callback:sendTest': forAll,
  'callback:list': forAll,
  'callback:mint': notInCopy,
  'callback:revoke': notInCopy,
  'nodes:forget': notInCopy,
  'requests:query': forAll,
  'requests:get': forAll,
  'requests:replay': forAll,
  'tunnel:details': forAll,
  'tunnel:check': forAll,
  'tunnel:dismissDrift': forAll,
  'settings:get': forAll,
  'settings:update': { scripts: (args) => !makesCopy(args), inCopy: (args) => !namesWebhook(args) },
  'secrets:set': notForScripts,
  'twin:connect': notForScripts,
  'twin:disconnect': notForScripts,
  'downloads:setPaused': forAll,
  'library:costs': forAll,
  'library:doctor': forAll,
  'digest:get': forAll,
  'digest:dismiss': forAll,
  'hooks:test': notInCopy,
  'hooks:forgetLost': forAll,
  'watch:add': forAll,
  'watch:remove': forAll,
  'watch:list': forAll,
  'tasks:ask': notInCopy,
  'tasks:upgrade': forAll,
  'providers:list': forAll,
  'providers:balance': forAll,
  'submissions:outlook': forAll,
  'submissions:models': forAll,
  'submissions:form': forAll,
  'submissions:check': forAll,
  'submissions:madeBefore': forAll,
  'submissions:send': notInCopy,
  'submissions:sendMany': notInCopy,
  'submissions:open': forAll,
  'submissions:get': forAll,
  'apiKeys:list': notForScripts,
  'apiKeys:new': notForScripts,
  'apiKeys:revoke': notForScripts,
};

/** @param name As it arrived. What is no call may be asked for: it is answered by whoever knows that. */
export function mayScriptsCall(name: string, args: readonly unknown[]): boolean {
  return decide(name, 'scripts', args);
}

/** @param name As it arrived; likewise. */
export function isDoneInCopy(name: string, args: readonly unknown[]): boolean {
  return decide(name, 'inCopy', args);
}

function decide(name: string, what: keyof CallRule, args: readonly unknown[]): boolean {
  if (!Object.hasOwn(rules, name)) return true;
  const decision = rules[name as CallName][what];
  return typeof decision === 'boolean' ? decision : decision(args);
}

/** A copy opens another library in place of this one, and sends what comes in elsewhere. */
function makesCopy([patch]: readonly unknown[]): boolean {
  return isRecord(patch) && isRecord(patch['twin']) && 'url' in patch['twin'];
}

/** The inbox elsewhere tells what came, so a webhook that is named in a copy would never be called. */
function namesWebhook([patch]: readonly unknown[]): boolean {
  const hooks = isRecord(patch) ? patch['hooks'] : null;
  return isRecord(hooks) && typeof hooks['webhookUrl'] === 'string';
}
