import { useCallback, useMemo, useState } from 'react';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { ModelView, ProviderView, SubmissionView } from '../../src-main/common/loop-calls.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { Call } from '../client/renderer-client.ts';
import { Message } from '../gallery/empty.tsx';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { absolutePath } from '../player/paths.ts';
import { Field } from '../settings/field.tsx';
import { Select } from '../settings/select.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { useAsked } from '../settings/use-asked.ts';
import { Screen } from '../shell/screen.tsx';
import { taskTitle } from '../store/task-title.ts';
import { useStore } from '../store/use-store.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { isComposing } from '../ui/key-of.ts';
import { type Draft, draftFor, draftPlace, type DraftPlace, keepTyped, type KeptTyped } from './draft.ts';
import { inputOfTask } from './form-values.ts';
import { KeyEntry } from './key-entry.tsx';
import styles from './new-video.module.css';
import { OrderForm } from './order-form.tsx';
import { Watching } from './watching.tsx';

const askProviders = (call: Call) => call('providers:list');
const isKeyNews = ({ name }: PageEvent): boolean => name === 'settings:changed' || name === 'resync';
const never = (): boolean => false;
const market = 'kie-market';

interface NewVideoProps {
  /** Key of the task that it is the same again of. */
  readonly from: string | null;
  readonly how: 'again' | 'edit';
}

/** An earlier task, and what was ordered for it where that is known. */
interface Earlier {
  readonly task: TaskView | null;
  readonly ordered: SubmissionView | null;
}

/** Orders a video; beside it what is on its way. */
export function NewVideo({ from, how }: NewVideoProps) {
  const { router } = useInbox();
  const ask = useCallback(
    async (call: Call): Promise<Earlier> => {
      const task = from === null ? null : await call('tasks:get', from);
      const ordered = task?.submission === undefined ? null : await call('submissions:get', task.submission);
      return { task, ordered };
    },
    [from],
  );
  const earlier = useAsked(ask, never);
  const providers = useAsked(askProviders, isKeyNews);
  const [turn, setTurn] = useState(0);
  const error = providers.error ?? earlier.error;
  return (
    <Screen title={texts.rail.newVideo}>
      <div className={styles['screen']}>
        {earlier.value !== null && earlier.value.task === null && from !== null ? (
          <Message title={texts.player.notFound} detail={texts.player.notFoundDetail}>
            <Button
              onClick={() => router.replace({ ...router.get(), screen: { name: 'new', from: null, how: 'edit' } })}
            >
              {texts.rail.newVideo}
            </Button>
          </Message>
        ) : providers.value !== null && earlier.value !== null ? (
          <Chosen
            providers={providers.value}
            earlier={earlier.value}
            how={how}
            onKeySaved={providers.reload}
            onSent={() => setTurn((value) => value + 1)}
          />
        ) : error === null ? (
          <p className={styles['wait']} aria-busy>
            {words.loading}
          </p>
        ) : (
          <Message title={words.notLoaded} detail={error}>
            <Button
              onClick={() => {
                providers.reload();
                earlier.reload();
              }}
            >
              {texts.common.tryAgain}
            </Button>
          </Message>
        )}
        <Watching providers={providers.value ?? []} turn={turn} />
      </div>
    </Screen>
  );
}

interface ChosenProps {
  readonly providers: readonly ProviderView[];
  readonly earlier: Earlier;
  readonly how: 'again' | 'edit';
  readonly onKeySaved: () => void;
  readonly onSent: () => void;
}

/** Whose model it is made with, then the form that this asks for. */
function Chosen({ providers, earlier: { task, ordered }, how, onKeySaved, onSent }: ChosenProps) {
  const inbox = useInbox();
  const able = providers.filter(({ canSubmit }) => canSubmit);
  const isAble = task === null || able.some(({ provider }) => provider === task.provider);
  const [place] = useState(() => draftPlace(inbox, task?.key ?? null, how));
  const [draft] = useState(place.read);
  const drafted = draft !== null && able.some(({ provider }) => provider === draft.provider) ? draft : null;
  const first =
    able.find(({ provider }) => provider === drafted?.provider) ?? able.find(({ hasKey }) => hasKey) ?? able[0];
  const isItsOwn = drafted === null && task !== null && isAble;
  const [provider, setProvider] = useState((isItsOwn ? task.provider : first?.provider) ?? '');
  const [model, setModel] = useState<string | null>(
    isItsOwn ? (ordered?.model ?? task.model) : (drafted?.model ?? null),
  );
  const [typed] = useState(keepTyped);
  const view = able.find((each) => each.provider === provider) ?? null;
  if (view === null) return <Message title={words.notLoaded} detail="" />;
  const isReady = !view.needsModel || (model !== null && model !== '');
  return (
    <div className={styles['left']}>
      <div className={styles['head']}>
        {task === null || isAble ? null : <p>{words.fromElsewhere(providerTitle(task.provider))}</p>}
        <Field label={words.provider} wide>
          {(control) => (
            <Select
              {...control}
              value={provider}
              options={able.map((each) => ({ value: each.provider, text: each.name }))}
              onChoose={(chosen) => {
                setProvider(chosen);
                setModel(null);
              }}
            />
          )}
        </Field>
        {view.needsModel ? (
          <ModelField key={provider} isMarket={provider === market && view.hasKey} model={model} onModel={setModel} />
        ) : null}
        {view.hasKey ? null : <KeyEntry keyName={view.keyName} onSaved={onKeySaved} />}
      </div>
      {isReady && (view.hasKey || !view.needsModel) ? (
        <LoadedForm
          key={`${provider} ${model ?? ''}`}
          view={view}
          model={view.needsModel ? model : null}
          task={task}
          ordered={isAble ? (ordered?.input ?? null) : null}
          how={how}
          draft={drafted?.provider === provider && (!view.needsModel || drafted.model === model) ? drafted : null}
          place={place}
          typed={typed}
          onSent={onSent}
        />
      ) : null}
    </div>
  );
}

interface ModelFieldProps {
  readonly isMarket: boolean;
  readonly model: string | null;
  readonly onModel: (model: string | null) => void;
}

function ModelField({ isMarket, model, onModel }: ModelFieldProps) {
  return isMarket ? <CatalogueField model={model} onModel={onModel} /> : <NameField {...{ model, onModel }} />;
}

const askModels = (call: Call) => call('submissions:models');

function CatalogueField({ model, onModel }: Omit<ModelFieldProps, 'isMarket'>) {
  const { value, error } = useAsked(askModels, never);
  if (error !== null) return <NameField model={model} onModel={onModel} hint={`${words.modelsNotLoaded} ${error}`} />;
  const models: readonly ModelView[] = value ?? [];
  const isListed = model === null || models.some((each) => each.model === model);
  return (
    <Field label={words.model} wide>
      {(control) => (
        <Select
          {...control}
          value={model ?? ''}
          options={[
            { value: '', text: value === null ? words.loading : words.chooseModel },
            ...(isListed ? [] : [{ value: model, text: model }]),
            ...models.map((each) => ({
              value: each.model,
              text: [each.title, each.maker, each.taskTypes.join(texts.common.comma)]
                .filter(Boolean)
                .join(texts.common.separator),
            })),
          ]}
          onChoose={(chosen) => onModel(chosen === '' ? null : chosen)}
        />
      )}
    </Field>
  );
}

interface NameFieldProps extends Omit<ModelFieldProps, 'isMarket'> {
  readonly hint?: string;
}

/** Taken over when it is left: each letter would be another model. */
function NameField({ model, onModel, hint = words.modelHint }: NameFieldProps) {
  const [typed, setTyped] = useState(model ?? '');
  const take = () => onModel(typed.trim() === '' ? null : typed.trim());
  return (
    <Field label={words.model} hint={hint} wide>
      {(control) => (
        <TextInput
          {...control}
          dir="ltr"
          autoCapitalize="none"
          value={typed}
          onText={setTyped}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !isComposing(event.nativeEvent)) take();
          }}
        />
      )}
    </Field>
  );
}

interface LoadedFormProps {
  readonly view: ProviderView;
  readonly model: string | null;
  readonly task: TaskView | null;
  readonly ordered: Readonly<Record<string, unknown>> | null;
  readonly how: 'again' | 'edit';
  readonly draft: Draft | null;
  readonly place: DraftPlace;
  readonly typed: KeptTyped;
  readonly onSent: () => void;
}

function LoadedForm({ view, model, task, ordered, how, draft, place, typed, onSent }: LoadedFormProps) {
  const { state } = useInbox();
  const info = useStore(state, (value) => value.info);
  const ask = useCallback((call: Call) => call('submissions:form', view.provider, model), [view.provider, model]);
  const { value: form, error, reload } = useAsked(ask, never);
  const [before] = useState(typed.all);
  const own = before.find(
    ({ draft: each }) => each.provider === view.provider && (!view.needsModel || each.model === model),
  );
  const onTyped = useCallback(
    (now: Draft) => {
      if (form !== null) typed.put([{ form, draft: now }, ...before.filter((each) => each !== own)]);
    },
    [form, typed, before, own],
  );
  const [last] = before;
  const input = useMemo(
    () =>
      form === null || task === null
        ? null
        : inputOfTask(form, task, ordered, (path) => (info === null ? path : absolutePath(info, path))),
    [form, task, ordered, info],
  );
  if (form === null) {
    return error === null ? (
      <p className={styles['wait']} aria-busy>
        {words.loading}
      </p>
    ) : (
      <Message title={words.notLoaded} detail={error}>
        <Button onClick={reload}>{texts.common.tryAgain}</Button>
      </Message>
    );
  }
  return (
    <OrderForm
      form={form}
      view={view}
      earlier={task === null ? null : { key: task.key, title: taskTitle(task), prompt: task.prompt }}
      project={task?.project ?? null}
      input={input}
      how={how}
      draft={last === undefined ? draft : draftFor(form, last, own?.draft)}
      place={place}
      isNext={last !== undefined}
      onTyped={onTyped}
      onSent={onSent}
    />
  );
}
