/** The page for operators of the store: states of documents, backlog, failures, and what to do about them. */
import { age } from './operations-age.js';
import { createClient } from './operations-client.js';
import { showDocuments } from './operations-documents.js';
import { showReceivers } from './operations-receivers.js';
import { showReplay } from './operations-replay.js';
import { showStates } from './operations-states.js';
import { createTenants } from './operations-tenants.js';

const by = (id) => document.getElementById(id);

/** How long the page waits before it connects again. */
const AGAIN_MILLISECONDS = 2000;

const tenants = createTenants(by('tenant-form'), by('tenant'), () => {
  state = '';
  isChosen = true;
  by('replay-result').replaceChildren();
  connection.abort();
});
const client = createClient(
  () => by('key').value.trim(),
  () => tenants.name,
);
let isChosen = false;
let connection = new AbortController();
let state = '';
let documents;

by('dialog-close').addEventListener('click', () => by('dialog').close());
by('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  by('key-form').hidden = true;
  void live();
});

function show(numbers) {
  by('board').hidden = false;
  by('live').textContent = sentence(numbers);
  showStates(by('states'), numbers.states, state, choose);
  showReceivers(by('receivers'), numbers.receivers, client, tenants.isOfAll);
  for (const id of ['documents', 'replay-section']) by(id).hidden = tenants.isOfAll;
  by('choose').hidden = !tenants.isOfAll;
  if (tenants.isOfAll) return;
  documents ??= showDocuments(by('documents'), client, () => state);
  void documents.refresh(isChosen);
  isChosen = false;
}

function choose(next) {
  state = next === state ? '' : next;
  if (!tenants.isOfAll) void documents?.refresh(true);
}

/** `3 documents wait, the oldest for 12 seconds.` */
function sentence({ waiting, oldest }) {
  if (waiting === 0) return 'Live. Nothing waits to be converted.';
  const seconds = oldest === null ? 0 : Math.max(0, Math.round((Date.now() - Date.parse(oldest)) / 1000));
  const many = waiting === 1 ? '1 document waits' : `${waiting.toLocaleString('en')} documents wait`;
  return `Live. ${many} to be converted, the oldest for ${age(seconds)}.`;
}

async function live() {
  for (;;) {
    connection = new AbortController();
    try {
      await tenants.ask(client);
      for await (const numbers of client.live(connection.signal)) show(numbers);
    } catch (error) {
      // Another tenant was chosen.
      if (connection.signal.aborted) continue;
      if (error.status === 401 || error.status === 403) {
        by('live').textContent =
          error.status === 401 ? 'This service needs a key that may operate.' : `${error.message}`;
        by('board').hidden = true;
        by('tenant-form').hidden = true;
        by('key-form').hidden = false;
        by('key').focus();
        return;
      }
      by('live').textContent = 'The connection is lost. This page shows old numbers until it is back.';
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS));
  }
}

showReplay(by('replay'), by('replay-result'), client);
void live();
