/** The gallery in a real browser: films looked at closely, and every screen as people have set up their machines. */
import { closelySpecs } from './specs/closely-specs.ts';
import { comfortSpecs } from './specs/comfort-specs.ts';
import { previewSpecs } from './specs/preview-specs.ts';
import { reflowSpecs } from './specs/reflow-specs.ts';
import { screenSpecs } from './specs/screens-specs.ts';
import { runSpecsInBrowser } from './specs/specs-in-browser.ts';

runSpecsInBrowser([
  ['films looked at closely', closelySpecs],
  ['previews', previewSpecs],
  ['comfort', comfortSpecs],
  ['screens', screenSpecs],
  ['large print and small windows', reflowSpecs],
]);
