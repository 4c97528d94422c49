// Why something was refused: a stable code, and the words for it. One list, so that a code that
// nobody can explain does not compile.
export const reasons = {
  // formats
  encoding: 'it is not encoded as it should be',
  utf8: 'it is not readable text',
  json: 'it is not JSON, or JSON that two programs could read differently',
  field: 'a field is missing, unknown or holds the wrong thing',
  'too-large': 'it is too large to be what it should be',
  missing: 'it is not there',
  link: 'it is a link and not a file',
  'number-of-files': 'there are more of them than a release can have',
  // signed documents
  dsse: 'it is not a signed document',
  kind: 'it is another kind of document',
  signature: 'the signature does not fit',
  case: 'it belongs to another case',
  guardian: 'it is signed by a guardian who is not of this case',
  subject: 'it is about another check-in, another request or another version',
  policy: 'the policy does not hold',
  quorum: 'the numbers of guardians do not fit',
  audience: 'the audience is not one that a policy can have',
  floors: 'the waiting times are shorter than a real case may have',
  version: 'the version does not fit',
  stage: 'the policy has no such stage of the audience',
  share: 'it is not the share that the policy names',
  vouched: 'it is not the list that the check-in speaks of',
  chain: 'the certificates do not lead from the witness to this exhibit',
  role: 'the certificate is for another purpose',
  // seals
  'sd-jwt': 'it is not a seal statement as it should be',
  disclosure: 'a fact is not among those that were signed',
  statement: 'a fact has the wrong form',
  // lists, torrents, keys
  'bagit-txt': 'bagit.txt is not as it should be',
  manifest: 'a line of the list cannot be read',
  path: 'a path leads out of the folder, or cannot be a path',
  duplicate: 'a file is listed twice',
  'bag-info': 'a line of bag-info.txt cannot be read',
  bencode: 'it is not a torrent',
  torrent: 'the torrent contradicts itself',
  bech32: 'the key is mistyped or cut short',
  identity: 'it is not a key of this kind',
  pem: 'it is not a public key in the usual form',
  // custody
  custody: 'the event does not have the form of one',
  agent: 'the event names somebody else than signed it',
  'log-card': 'the card with the keys of the log is not known, or does not hold',
  note: 'it is not a signed note',
  vkey: 'the key of a log is damaged',
  checkpoint: 'it is not a state of a log',
  origin: 'it is of another log',
  unverified: 'the log did not sign it',
  proof: 'it is not a proof of a log',
  inclusion: 'the proof does not lead to this state of the log',
  cosigners: 'too few others signed this state of the log',
  contradicts: 'it contradicts another card of this guardian',
  // time
  header: 'it is not a block header',
  ots: 'it is not a proof of OpenTimestamps',
  imprint: 'it is of something else',
  timestamp: 'it is not a time stamp, or its signature does not hold',
  usage: 'the certificate may not sign time stamps',
  certificate: 'it is not a certificate',
  revoked: 'the certificate of the authority was revoked',
  algorithm: 'this browser cannot check this kind of signature',
} as const;

export type Reason = keyof typeof reasons;

// Bad input. Never thrown for a file that could not be read.
export class Refused extends Error {
  constructor(readonly code: Reason, readonly where = '') {
    super(reasons[code]);
  }
}

// The world's fault: the disk, the browser, the network. Never called tampering.
export class Unreadable extends Error {}
