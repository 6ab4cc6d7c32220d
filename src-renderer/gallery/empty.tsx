import { Clock, Copy, Inbox, Library, type LucideIcon, SearchX, Send, Star, Trash2, TriangleAlert } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { misreadIn } from '../../src-main/common/search/misread.ts';
import type { View } from '../../src-main/common/task-query.ts';
import { useInbox } from '../inbox.ts';
import { type ListRoute, formatRoute, startList } from '../router/route.ts';
import { ScreenLink } from '../shell/screen-link.tsx';
import { focusSearch } from '../shell/use-global-keys.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { useCallbackUrl } from '../tunnel/use-callback-url.ts';
import { Sentence } from '../tunnel/sentence.tsx';
import { useSendTest } from '../tunnel/use-send-test.ts';
import { useTunnel } from '../tunnel/use-tunnel.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import steps from '../ui/steps.module.css';
import styles from './empty.module.css';

interface MessageProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly detail: string;
  readonly children?: ReactNode;
}

/** A screen that says in the middle why there is nothing to see, and what next. */
export function Message({ icon: Icon, title, detail, children }: MessageProps) {
  return (
    <div className={styles['message']}>
      {Icon === undefined ? null : <Icon size={28} strokeWidth={1.5} aria-hidden className={styles['icon']} />}
      <h2 data-instead tabIndex={-1} className={styles['title']}>
        {title}
      </h2>
      <p className={styles['detail']}>{detail}</p>
      {children === undefined ? null : <div className={styles['actions']}>{children}</div>}
    </div>
  );
}

export function NothingFound({ route }: { readonly route: ListRoute }) {
  const { router } = useInbox();
  const text = route.text.trim();
  const misread = misreadIn(text, new Date());
  const go = (event: MouseEvent, list: ListRoute) => {
    // The button goes with what it changes. On a phone the field would bring its keyboard along, and nobody asked for that.
    if (event.detail === 0) focusSearch();
    router.push({ taskKey: null, list });
  };
  return (
    <Message
      icon={SearchX}
      title={texts.empty.nothingFound}
      detail={[
        text === '' ? texts.empty.nothingFoundFilters : texts.empty.nothingFoundFor(text),
        ...(misread === null ? [] : [texts.empty.notACondition(misread.term, misread.like.join(texts.common.comma))]),
      ].join(' ')}
    >
      <Button kind="primary" onClick={(event) => go(event, { ...startList, view: route.view, order: route.order })}>
        {texts.empty.clearFilters}
      </Button>
      {text === '' || (route.view === 'library' && route.state === 'all' && route.provider === null) ? null : (
        <Button onClick={(event) => go(event, { ...startList, text: route.text, order: route.order })}>
          {texts.empty.searchLibrary}
        </Button>
      )}
    </Message>
  );
}

const emptyViews: Record<View, { readonly icon: LucideIcon; readonly title: string; readonly detail: string }> = {
  inbox: { icon: Inbox, title: texts.empty.inbox, detail: texts.empty.inboxDetail },
  library: { icon: Library, title: texts.empty.library, detail: texts.empty.libraryDetail },
  starred: { icon: Star, title: texts.empty.starred, detail: texts.empty.starredDetail },
  waiting: { icon: Clock, title: texts.empty.waiting, detail: texts.empty.waitingDetail },
  failed: { icon: TriangleAlert, title: texts.empty.failed, detail: texts.empty.failedDetail },
  trash: { icon: Trash2, title: texts.empty.trash, detail: texts.empty.trashDetail },
};

/** Where what is not there may be. */
const elsewhere: Partial<Record<View, { readonly view: View; readonly open: string }>> = {
  inbox: { view: 'library', open: texts.empty.openLibrary },
  library: { view: 'trash', open: texts.empty.openTrash },
};

export function EmptyView({ view }: { readonly view: View }) {
  const other = elsewhere[view];
  return (
    <Message {...emptyViews[view]}>
      {other === undefined ? undefined : (
        <a
          className={buttonClass('plain')}
          href={formatRoute({ list: { ...startList, view: other.view }, taskKey: null })}
        >
          {other.open}
        </a>
      )}
    </Message>
  );
}

/** The first start: three steps from nothing to a video, and a way to see it work at once. */
export function FirstStart() {
  const { actions, state } = useInbox();
  const url = useCallbackUrl();
  /** Why there is none, where that is known. */
  const tunnel = useTunnel();
  const message = tunnel?.reach.message ?? null;
  const isElsewhere = tunnel?.status.elsewhere === true;
  const isPublic = useStore(state, (value) => value.callback?.isPublic ?? true);
  const test = useSendTest();
  const snippet = JSON.stringify(
    { prompt: texts.empty.snippetPrompt, videoUrl: texts.empty.snippetVideo, callBackUrl: url ?? '' },
    null,
    2,
  );
  return (
    <div className={styles['scroll']}>
      <div className={styles['first']}>
        <h2 data-instead tabIndex={-1} className={styles['title']}>
          {texts.empty.title}
        </h2>
        <p className={styles['detail']}>{texts.empty.intro}</p>
        <ol className={steps['steps']} data-dense>
          <li className={steps['step']}>
            <span className={steps['mark']} aria-hidden />
            <h3 className={steps['title']}>{texts.empty.step1}</h3>
            <p className={steps['detail']}>{texts.empty.step1Detail}</p>
            {(url === null || (isElsewhere && !isPublic)) && message !== null ? (
              <p className={steps['note']}>
                <Sentence text={message} />
              </p>
            ) : (
              <p className={steps['url']} dir="ltr">
                {url}
              </p>
            )}
            {isPublic || isElsewhere || url === null ? null : (
              <p className={steps['note']}>
                {settingsTexts.reach.onlyHere}{' '}
                <ScreenLink to={{ name: 'reachable' }}>{settingsTexts.reach.makeReachable}</ScreenLink>
              </p>
            )}
            <Button
              kind="primary"
              disabled={url === null}
              onClick={() => url !== null && void actions.copy(url, texts.reach.copied)}
            >
              <Copy size={15} aria-hidden />
              {texts.reach.copyUrl}
            </Button>
          </li>
          <li className={steps['step']}>
            <span className={steps['mark']} aria-hidden />
            <h3 className={steps['title']}>{texts.empty.step2}</h3>
            <p className={steps['detail']}>{texts.empty.step2Detail}</p>
            <pre className={steps['url']} dir="ltr">
              {snippet}
            </pre>
            <Button disabled={url === null} onClick={() => void actions.copy(snippet, texts.empty.snippetCopied)}>
              <Copy size={15} aria-hidden />
              {texts.empty.copySnippet}
            </Button>
          </li>
          <li className={steps['step']}>
            <span className={steps['mark']} aria-hidden />
            <h3 className={steps['title']}>{texts.empty.step3}</h3>
            <p className={steps['detail']}>{texts.empty.step3Detail}</p>
            <p className={steps['detail']}>{texts.empty.sendTestDetail}</p>
            <Button aria-disabled={test.sending} onClick={test.send}>
              <Send size={15} aria-hidden />
              {test.sending ? texts.empty.sendingTest : texts.empty.sendTest}
            </Button>
          </li>
        </ol>
      </div>
    </div>
  );
}
