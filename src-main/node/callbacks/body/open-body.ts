/** A request body from its bytes to a JSON value: unpacked, decoded, its films cut out, read in whatever form it has. */
import { callbackTextInTurns, readCallbackText, type CallbackBody } from '../../../common/body/callback-body.ts';
import { cutBinaryFilms } from './binary-films.ts';
import { cutInlineFilms, type InlineFilm } from './inline-films.ts';
import { bodyText } from './body-text.ts';
import { unpackBody, type UnpackProblem, type Unpacking } from './unpack.ts';
import { inTurns } from '../../in-turns.ts';

export interface OpenedBody {
  /** As the sender wrote it, before it was packed; what most schemes sign. */
  readonly bytes: Buffer;
  /** The same without the files in it, for what cannot be kept as text. */
  readonly keptBytes: Buffer;
  /** What is read and kept: films and large data URIs have been cut out of it. */
  readonly text: string;
  /** False where `text` lost bytes, so that only the bytes can be kept. */
  readonly isWhole: boolean;
  readonly films: readonly InlineFilm[];
  readonly read: CallbackBody;
}

/** For whoever opens one after the other. */
const oneByOne: Unpacking = { slots: (task) => task(), grow: () => true };

export async function openBody(
  rawBody: Buffer,
  headers: Readonly<Record<string, string>>,
  limitBytes: number,
): Promise<OpenedBody | { readonly problem: UnpackProblem }> {
  const unpacked = await unpackBody(rawBody, headers['content-encoding'] ?? null, limitBytes, oneByOne);
  return 'problem' in unpacked ? unpacked : openInTurns(unpacked.bytes, headers['content-type'] ?? null);
}

/** What is left to do once it is not packed. */
export function openUnpacked(bytes: Buffer, contentType: string | null): OpenedBody {
  const { keptBytes, text, isWhole, films } = decodedOf(bytes, contentType);
  return { bytes, keptBytes, text, isWhole, films, read: readCallbackText(text, contentType) };
}

/** The same for what is large: what is nearly JSON is read a hundred times slower than JSON, and others go on meanwhile. */
export async function openInTurns(bytes: Buffer, contentType: string | null): Promise<OpenedBody> {
  const decoded = decodedOf(bytes, contentType);
  return { ...decoded, bytes, read: await inTurns(callbackTextInTurns(decoded.text, contentType)) };
}

function decodedOf(bytes: Buffer, contentType: string | null): Omit<OpenedBody, 'bytes' | 'read'> {
  const { bytes: keptBytes, films: binary } = cutBinaryFilms(bytes, contentType);
  const { text: decoded, isWhole } = bodyText(keptBytes, contentType);
  const { text, films: written } = cutInlineFilms(decoded);
  return { keptBytes, text, isWhole, films: binary.length === 0 ? written : [...binary, ...written] };
}
