/** What a person reads about acts on the library. */
export const libraryTexts = {
  notInLibrary: 'That video is not in the library any more.',
  noStrip: 'A filmstrip must be a JPEG of at most 1 MiB, of a video that is saved.',
  notUndone: 'This was too long ago to be taken back by itself. Nothing was changed.',
  isSaved: 'That video is on disk already, so nothing was changed.',
  linkIsNoAddress: 'A link begins with https:// or http://. Copy the whole address of the video and paste it again.',
  noSuchFile: (file: string) =>
    `There is no file ${file} that can be read. Choose the video again; a file on another machine must be copied to this one first.`,
} as const;
