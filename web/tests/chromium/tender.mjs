// A whole tender in real browsers and real terminals: 5 custodians (2 in browsers), 6 bidders (3 in browsers), buyer and
// registrar in browsers, experts at terminals; then every page of the platform is walked.
//
//   cargo run -p kaibiao-demo -- --until enrolment --out DIR
//   node tests/chromium/tender.mjs DIR FOLDER-WITH-PROGRAMS [folder for pictures] [MiB of the large bid]
//
// Ends with exit code 0 if everything held: no error on any console, nothing found by axe, nothing out of the keyboard's
// reach.

import { play } from './stage.mjs';
import { firstPart } from './tender/announce.mjs';
import { lastPart } from './tender/award.mjs';
import { secondPart } from './tender/bids.mjs';
import { thirdPart } from './tender/opening.mjs';
import { walkPages } from './walk.mjs';

const [dir, programs, pictures, mebibytes = '287'] = process.argv.slice(2);
await play({ dir, programs, pictures, name: 'tender' }, async (stage) => {
  // 287 MiB are a little more than 300 MB.
  const story = { stage, tender: 'SZ-2026-0117', mebibytes: Number(mebibytes) };
  await firstPart(story);
  await secondPart(story);
  await thirdPart(story);
  await lastPart(story);
  await walkPages(stage, story);
});
