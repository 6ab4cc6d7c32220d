/** What a field's name says about what it holds, for bodies of forms that nobody documents. */

/**
 * What `look` finds in a name or a word, kept for the names that come again in every body. Senders choose names, so only short ones
 * are kept, and not many.
 */
export function remembered<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = look(name);
    if (known.size >= 2048) known.clear();
    if (name.length <= 40) known.set(name, found);
    return found;
  };
}

/** `TaskID`, `task_id`, `task-id` and `taskId` are the words `task` and `id`. At most 80 characters are looked at. */
export function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, 80)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Where a body names the event that it tells of: `{"type": "video.completed", "data": {…}}`. */
export const eventNames = ['type', 'event', 'event_type', 'eventType'] as const;

/** What is no result: our own request echoed, addresses that were sent along, and lesser pictures of the result. */
const besideWords = new Set(
  `input inputs source sources src original originals origin orig reference references referenced ref refs init initial
  mask masks parent param params parameter parameters prompt prompts request requests requested conf config configs
  configuration settings options arg args kwargs argument arguments webhook webhooks hook hooks callback callbacks notify notification reply
  cancel preview previews progress thumbnail thumbnails thumb thumbs poster posters cover covers watermark watermarks
  watermarked metadata extra extras custom client passthrough user workflow driving guide guidance control conditioning conditional subject background
  uploaded upload uploads driver pose eingabe vorschau vorlage example examples demo placeholder template storyboard before sample_input logs log teaser
  documentation trailer draft drafts base bg logo logos icon icons outro old previous prev prior sharing target from context unprocessed
    provided submitted given`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const besideLetters =
  /webhook|callback|preview|watermark|thumbnail|original|reference|generateparam|^taskinfo|statusurl|cancelurl|(?:first|start|begin)(?:clip|video|frame)|videoto[a-z]|videoin(?:url)?$/;
const besideBeginning = /^(?:input|source|webhook|callback|prompt|param|request|init(?:ial)?(?:image|video|frame))/;
/** The clean copy is the result, not the marked one. */
const cleanCopy = /(?:no|non|without|un|un?removed?)watermark|watermark(?:free|less|removed)/;

/** A request that came to somebody and is handed on (Zapier), not the one that made the task. */
function isOfCaller(letters: string): boolean {
  return /^(?:cleaned|incoming|received|http)request$/.test(letters);
}

/** What a message tells, and not where to send it: `NotifyResult`, `webhook_payload`. */
function isWhatIsTold(letters: string): boolean {
  return /^(?:notify|notification)(?:result|data|body|message|payload|event|info|content|request)$|^(?:webhook|callback)(?:result|body|message|payload|event)$/.test(
    letters,
  );
}

/** One run of a workflow (GitHub, Temporal) and not what it was made from. */
function isRun(letters: string): boolean {
  return /^workflow(?:run|job|execution|instance)(?:id)?$/.test(letters);
}

/** True where nothing under this name is a result, at whatever depth. */
export const isBeside = remembered((name: string): boolean => {
  // As HTML has it, `src` alone is the link itself.
  if (name === 'src') return false;
  const words = wordsOf(name);
  const letters = words.join('');
  if (isOfCaller(letters) || isWhatIsTold(letters) || isRun(letters)) return false;
  if (cleanCopy.test(letters) || /^(?:response|result)param(?:eter)?s$/.test(letters)) return false;
  if (besideLetters.test(letters)) return true;
  if (words.some((word) => besideWords.has(word))) return true;
  return words.length < 3 && besideBeginning.test(letters);
});

/** Where a link called `src_url` is that of the object and not what was sent; the task's own objects leave that open. */
const filePlaces = new Set('output outputs file files media item items asset assets'.split(' '));

/**
 * True for `src_url`, `videoSrc` and `video_src` where they mean what `src` does in HTML. Senders also call so what they
 * were given: for where nothing else is a result.
 * @param place The name of the object that they stand in; empty for the body itself.
 */
export function isSourceAsInHtml(name: string, place: string): boolean {
  const said = sourceAsInHtml(name);
  if (said !== 'link') return said === 'video';
  return saysVideo(place) || saysResult(place) || filePlaces.has(place.toLowerCase());
}

const sourceAsInHtml = remembered((name: string): 'video' | 'link' | 'none' => {
  const letters = wordsOf(name).join('');
  if (/^(?:video|movie|film|clip|mp4)src(?:url)?$/.test(letters)) return 'video';
  return /^src(?:url|uri|link|href)$/.test(letters) ? 'link' : 'none';
});

/** True for `FileUrl` and its like, beside which a file is described. */
export const isFileLink = remembered((name: string): boolean =>
  /^(?:file|media)?(?:url|uri|link)$/.test(wordsOf(name).join('')),
);

/** True for Tencent's `MediaProcessResultSet` and its like. */
export const isResultSet = remembered((name: string): boolean => /(?:^| )result set$/.test(wordsOf(name).join(' ')));

const requestName =
  /^(?:(?:input|source|original|reference|prompt|request).*|src|init|initial|masks?|params?|parameters?|configs?|configuration|settings?|options?|args?|arguments?|metadata)$/;

/** True where what we sent may stand: the same link elsewhere in the body is our own again. */
export const isRequestName = remembered((name: string): boolean =>
  isOfCaller(wordsOf(name).join('')) ? false : wordsOf(name).some((word) => name !== 'src' && requestName.test(word)),
);

/** False for what is beside the result, and for where its status can be asked for. */
export function isResultName(name: string): boolean {
  return !/status/i.test(name) && !isBeside(name);
}

const idEndings = ['uuid', 'guid', 'uid', 'id'] as const;
/** English words that end like an id without naming one. */
const noIds = new Set(
  `paid unpaid prepaid valid invalid void avoid grid bid android said mid amid hybrid solid fluid rapid kid aid lid rid did
  hid squid vivid humid lucid placid orchid pyramid acid laid maid braid raid forbid candid splendid overlaid celluloid
  asteroid liquid druid stupid timid`.split(/\s+/),
);

/**
 * The words before the `id` of a name that ends so, e.g. `video translate`; empty text for a bare `id` or `uuid`, and
 * `null` for a name that does not end so.
 */
export const idSubject = remembered((name: string): string | null => {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return null;
  if ((idEndings as readonly string[]).includes(last)) return words.slice(0, -1).join(' ');
  // `iD` and `uuid4` are written so by some, and `idTarea`, `id_task` by many.
  if (/^(?:iD|_*(?:uuid|guid)v?\d)$/i.test(name)) return '';
  if (words.length > 1 && words[0] === 'id') return words.slice(1).join(' ');
  // `taskid`, `renderuuid`: written in one.
  if (noIds.has(last)) return null;
  const ending = idEndings.find((each) => last.length > each.length + 1 && last.endsWith(each));
  return ending === undefined ? null : [...words.slice(0, -1), last.slice(0, -ending.length)].join(' ');
});

const videoWords = new Set(
  `video videos mp4 webm mov movie movies film films clip clips animation animations animated gif gifs reel
  footage`.split(/\s+/),
);
/** A page around a film, or a way to ask for it, is not the film. */
const pageWords = new Set(
  `page share shared embed embedded player hosted edit editor view viewer dashboard api docs get self poll polling status
  subtitle subtitles caption captions srt vtt audio music image images picture transcript json frame frames first last
  end start stream streaming hls dash cancel delete link_page id ids name names type title`.split(/\s+/),
);

/** True where a link of this name is a video even if its path does not say so. */
export const saysVideo = remembered((name: string): boolean => {
  const words = wordsOf(name);
  return words.some((word) => isVideoWord(word)) && !words.some((word) => pageWords.has(word));
});

function isVideoWord(word: string): boolean {
  return (
    videoWords.has(word) ||
    /视频|影片|動画|영상/.test(word) ||
    /^(?:video|mp4|movie|film)(?:url|urls|link|links|uri|file|files)$/.test(word)
  );
}

/** True for `videoFileUrl`, `mp4_url` and `video_download_url`: the film itself, and no page that shows it. */
export const isVideoFileName = remembered((name: string): boolean => {
  const words = wordsOf(name);
  return (
    words.some((word) => word === 'mp4' || word === 'file' || word === 'download') &&
    words.some((word) => isVideoWord(word)) &&
    !words.some((word) => pageWords.has(word))
  );
});

/** True where a link of this name is what is to be fetched: `output_url`, `download-uri`. */
export const saysOutput = remembered((name: string): boolean =>
  /^(?:.* )?(?:output|download|final|export|render) (?:url|uri|link|href|file)$/.test(wordsOf(name).join(' ')),
);

/** True where what lies there was made of something: `dubbed_url`, and not `audio_dubbed_url`. */
export const saysMade = remembered((name: string): boolean => {
  const words = wordsOf(name);
  return (
    /^(?:.* )?(?:outputs|exported|rendered|processed|edited|enhanced|upscaled|restored|converted|dubbed|lip ?sync(?:ed)?|merged|stitched|composed) (?:url|uri|link|href|file)$/.test(
      words.join(' '),
    ) &&
    !words.some((word) => pageWords.has(word) || /^(?:voice|sound|speech|song|vocals?|photo|text|script)$/.test(word))
  );
});

/** True where a link of this name is to a file: `url`, `href`, `cdn_link`; not `page_url` or `share_link`. */
export const saysFile = remembered((name: string): boolean => {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  return /^(?:href|location|file|(?:.*(?:url|uri|link)))$/.test(last) && !words.some((word) => pageWords.has(word));
});

const resultWords = new Set(
  'ergebnis ergebnisse result results artifact artifacts render renders rendered generated downloads final export exports deliverables'.split(
    ' ',
  ),
);

/** True where a link of this name, or in a list of it, is what was made. */
export const saysResult = remembered((name: string): boolean => {
  const words = wordsOf(name);
  // Where the list of them can be asked for (GitHub).
  if (name === 'artifacts_url') return false;
  return words.some((word) => resultWords.has(word)) && !words.some((word) => pageWords.has(word));
});

const stateWords = new Set(['status', 'state', 'phase', 'outcome', 'stage', 'zustand', 'statut', 'stato', 'estado']);

/** What has a state of its own, which is not the task's. */
const others = new Set(
  'payment billing invoice refund refunds charge credits quota audio music voice subtitle subtitles caption captions transcript subscription'.split(
    ' ',
  ),
);
/** Of which a state may be told in a name: how the task was before, and who was told of it. */
const otherStates = new Set(
  'previous prev old former from webhook callback notification account user email server connection'.split(' '),
);

/** True for an object that is not about the task's film: its sound, its bill. */
export const isOfOther = remembered((name: string): boolean => wordsOf(name).some((word) => others.has(word)));

/** True for `status`, `taskStatus`, `render_state`; not for `status_url`, `status_code` or `payment_status`. */
export const isStateName = remembered((name: string): boolean => {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (words.length > 1 && words.some((word) => others.has(word) || otherStates.has(word))) return false;
  if (stateWords.has(last)) return true;
  const before = words.at(-2) ?? '';
  if (stateWords.has(before)) return ['text', 'str', 'string', 'name', 'label', 'value', 'word'].includes(last);
  return (
    words.length === 1 &&
    /^[a-z]{2,20}(?:status|state)$|^(?:status|state)(?:text|name|str|label)$|(?:状态|狀態|状態|상태)$/.test(last)
  );
});
