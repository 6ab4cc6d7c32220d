import { Menu } from '@base-ui/react/menu';
import { useState } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { useInbox } from '../inbox.ts';
import { downloadName } from '../player/paths.ts';
import { ExportDialog, LabelDialog } from '../shell/lazy-parts.ts';
import { type Chosen, countOf } from '../store/bulk.ts';
import { chosenOf, isSelected, sizeOfSelection } from '../store/selection.ts';
import { enCull } from '../texts/en-cull.ts';
import { enExport } from '../texts/en-export.ts';
import { texts } from '../texts/texts.ts';
import { drawnAgain } from '../ui/drawn-again.ts';
import { keyNames } from '../ui/key-names.ts';
import { useMenuActs } from '../ui/use-menu-acts.ts';
import styles from './card-menu.module.css';
import { cardState, firstSaved } from './card-state.ts';

/** A card that was pressed with the right button, or with the key for menus. */
export interface PressedCard {
  readonly task: TaskRow;
  /** Of the pointer, else of the card. */
  readonly place: DOMRect;
  /** What had the focus: it gets it back. */
  readonly from: HTMLElement | null;
  /** The room that it is in; the card itself may be drawn anew meanwhile, in another row. */
  readonly room: HTMLElement | null;
}

export interface CardMenuProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly pressed: PressedCard | null;
  readonly view: View;
  readonly onPurge: (chosen: Chosen) => void;
}

/** What a dialog is opened for. */
interface About {
  readonly what: 'tag' | 'project' | 'export';
  readonly chosen: Chosen;
  readonly isOpen: boolean;
}

interface Item {
  readonly text: string;
  readonly key?: string;
  readonly act: () => void;
}

/** What can be done with a card, or with all that are selected where it is one of them. */
export function CardMenu({ open, onClose, pressed, view, onPurge }: CardMenuProps) {
  const { selection } = useInbox();
  /** What a dialog is about stays while it goes, and whatever is pressed meanwhile. */
  const [about, setAbout] = useState<About>({ what: 'tag', chosen: [], isOpen: false });
  const ask = (what: About['what'], chosen: Chosen) => setAbout({ what, chosen, isOpen: true });
  const close = () => setAbout((now) => ({ ...now, isOpen: false }));
  const { root, choose } = useMenuActs(open, onClose, pressed);
  if (pressed === null) return null;
  const selected = selection.get();
  const isMany = sizeOfSelection(selected) > 1 && isSelected(selected, pressed.task);
  const chosen: Chosen = isMany ? chosenOf(selected) : [pressed.task];
  return (
    <>
      <Menu.Root {...root}>
        {/* In the room that it is about, for who goes by landmarks. */}
        <Menu.Portal container={pressed.room}>
          <Menu.Positioner
            className={styles['place']}
            positionMethod="fixed"
            anchor={{ getBoundingClientRect: () => pressed.place }}
            align="start"
            sideOffset={2}
            // Over the pointer, sooner than with its last entries out of sight.
            collisionAvoidance={{ side: 'shift', align: 'shift' }}
          >
            <Menu.Popup
              data-covers
              className={styles['menu']}
              aria-label={texts.card.menu}
              finalFocus={() => drawnAgain(pressed.from)}
            >
              <Items
                task={pressed.task}
                chosen={chosen}
                isMany={isMany}
                view={view}
                onPurge={onPurge}
                onAsk={ask}
                onChoose={choose}
              />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <LabelDialog
        open={about.isOpen && about.what !== 'export'}
        kind={about.what === 'project' ? 'project' : 'tag'}
        onClose={close}
        chosen={about.chosen}
      />
      <ExportDialog open={about.isOpen && about.what === 'export'} onClose={close} chosen={about.chosen} />
    </>
  );
}

interface ItemsProps extends Pick<CardMenuProps, 'view' | 'onPurge'> {
  readonly task: TaskRow;
  readonly chosen: Chosen;
  readonly isMany: boolean;
  readonly onAsk: (what: About['what'], chosen: Chosen) => void;
  readonly onChoose: (act: () => void) => void;
}

function Items({ task, chosen, isMany, view, onPurge, onAsk, onChoose }: ItemsProps) {
  const { actions, client, format, router, selection } = useInbox();
  const { player, card, keys, trash } = texts;
  const saved = firstSaved(task);
  const { list } = router.get();
  const state = cardState(task);
  const order = (how: 'again' | 'edit') => () =>
    router.push({ list, taskKey: null, screen: { name: 'new', from: task.key, how } });
  const judge = (pick: 'picked' | 'rejected') => () =>
    actions.judge(chosen, { pick, ...(pick === 'picked' ? { starred: true } : {}) });
  const one = <T,>(...items: readonly T[]): readonly T[] => (isMany ? [] : items);
  const select = isSelected(selection.get(), task)
    ? []
    : [{ text: card.select, key: 'Space', act: () => selection.toggle(task.key) }];

  const groups: readonly (readonly Item[])[] =
    view === 'trash'
      ? [
          [
            ...select,
            { text: trash.restore, act: () => actions.restore(chosen) },
            { text: trash.purge, act: () => onPurge(chosen) },
          ],
        ]
      : [
          one(
            { text: keys.open, key: 'Enter', act: () => router.push({ ...router.get(), taskKey: task.key }) },
            ...(state === 'download-failed' || state === 'expired'
              ? [{ text: texts.common.tryAgain, act: () => void actions.retry(chosen) }]
              : []),
            ...select,
          ),
          [
            {
              text: task.starred ? card.unstar : card.star,
              key: 'S',
              act: () => actions.setStarred(chosen, !task.starred),
            },
            { text: enCull.pick, key: 'P', act: judge('picked') },
            { text: enCull.reject, key: 'X', act: judge('rejected') },
            { text: texts.selection.tag, key: 'T', act: () => onAsk('tag', chosen) },
            { text: texts.selection.project, act: () => onAsk('project', chosen) },
          ],
          one(
            ...(saved === null
              ? []
              : [
                  {
                    text: keys.compare,
                    key: 'C',
                    act: () =>
                      router.push({
                        list,
                        taskKey: null,
                        screen: { name: 'compare', sides: [{ key: task.key, n: saved.n }] },
                      }),
                  },
                ]),
            { text: player.sameAgain, act: order('again') },
            { text: player.editAgain, act: order('edit') },
          ),
          [
            ...one(
              ...(task.prompt === null
                ? []
                : [
                    {
                      text: player.copyPrompt,
                      act: () => void actions.copy(task.prompt ?? '', player.promptCopied),
                    },
                  ]),
              { text: player.copyTaskId, act: () => void actions.copy(task.taskId, player.taskIdCopied) },
            ),
            ...(saved === null && !isMany ? [] : [{ text: enExport.open, act: () => onAsk('export', chosen) }]),
          ],
          [{ text: player.trash, key: 'Backspace', act: () => actions.trash(chosen) }],
        ];
  return (
    <>
      {isMany ? (
        <p className={styles['count']}>{texts.selection.count(countOf(chosen), format.number(countOf(chosen)))}</p>
      ) : null}
      {groups
        .filter((items) => items.length > 0)
        .map((items, i) => (
          <Menu.Group key={items[0]?.text ?? i} className={styles['group']}>
            {items.map(({ text, key, act }) => (
              <Menu.Item key={text} className={styles['item']} onClick={() => onChoose(act)}>
                {text}
                {key === undefined ? null : <kbd aria-hidden>{keyNames(key)}</kbd>}
              </Menu.Item>
            ))}
            {items.some(({ text }) => text === player.copyTaskId) && saved !== null ? (
              <Menu.Item
                className={styles['item']}
                render={<a href={client.mediaUrl(task.key, saved.n)} download={downloadName(task, saved.n)} />}
              >
                {player.download}
              </Menu.Item>
            ) : null}
          </Menu.Group>
        ))}
    </>
  );
}
