/** The gallery in a real browser: what is in the library, and how it is seen, found and put in order. */
import { gallerySpecs } from './specs/gallery-specs.ts';
import { librarySpecs } from './specs/library-specs.ts';
import { playerSpecs } from './specs/player-specs.ts';
import { requestSpecs } from './specs/requests-specs.ts';
import { runSpecsInBrowser } from './specs/specs-in-browser.ts';

runSpecsInBrowser([
  ['the grid', gallerySpecs],
  ['the player', playerSpecs],
  ['the requests', requestSpecs],
  ['the library', librarySpecs],
]);
