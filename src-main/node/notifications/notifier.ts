/** The port behind which a notice reaches the person: Electron's Notification, `notify-send`, or an open page. */

export type NoticeKind = 'saved' | 'failed' | 'tunnel' | 'storage' | 'digest' | 'hint';

export interface Notice {
  /** A later notice with the same id replaces the earlier one where the system can do that. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly title: string;
  /** Plain text; adapters escape what their system would read as markup. */
  readonly body: string;
  /** Absolute path of a JPEG or PNG, or `null`. */
  readonly imagePath: string | null;
  /** `video-inbox://…`: what a click opens; `null` opens the window as it is. */
  readonly deepLink: string | null;
}

export interface Notifier {
  /** Never throws and never waits: a notice that cannot be shown is logged and forgotten. The library has the truth. */
  show(notice: Notice): void;
  close(): void;
}
