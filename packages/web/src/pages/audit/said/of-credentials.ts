// What happens to credentials, their consumers and versions, outside of rotations.
import { link, say, type Telling } from './piece.ts'

export const ofCredentials: Readonly<Record<string, Telling>> = {
  credentialRegistered: one =>
    say`The credential ${one.credential} was registered: ${one.under('credential').text('name')}, in ${one.under('credential').text('environment')}`,
  credentialChanged: one => say`What is known of the credential ${one.credential} was changed`,
  consumerRegistered: one => {
    const consumer = one.under('consumer')
    return say`${consumer.consumer('id')} (${consumer.text('name')}) was registered as a consumer of ${one.credential}`
  },
  consumerChanged: one =>
    say`What is known of the consumer ${one.under('consumer').consumer('id')} of ${one.credential} was changed`,
  consumerRemoved: one =>
    say`The consumer ${one.text('consumer')} of ${one.credential} was removed${one.because('reason')}`,
  versionImported: one =>
    say`Version ${one.text('version')} of ${one.credential} was brought in: it existed before Rekey knew of it`,
  versionKilled: one =>
    say`Version ${one.text('version')} of ${one.credential} is dead for good: ${link('kill', 'kills', one.text('kill'))}, epoch ${one.text('epoch')}`,
  rotationBegun: one =>
    say`${link('A rotation', 'rotations', one.text('rotation'))} of ${one.credential} was begun`,
  aliasMoved: one =>
    say`Version ${one.text('version')} of ${one.credential} is the one called ${one.text('alias')} from here on`,
  rotationClosed: one =>
    say`${link('The rotation', 'rotations', one.text('rotation'))} of ${one.credential} was closed: ${one.text('ending')}`,
  orphanFound: one =>
    say`A value of ${one.credential} was found at the target that no rotation owns: ${one.text('handle')}`,
  orphanCleared: one =>
    say`The orphan ${one.text('handle')} of ${one.credential} was cleared away at the target`,
  ghostClaimed: one =>
    say`The ghost ${one.text('ghost')} of ${one.credential} was claimed as the consumer ${one.consumer()}`,
  ghostDismissed: one =>
    say`The ghost ${one.text('ghost')} of ${one.credential} was dismissed${one.because('reason')}`,
  fenceLifted: one => say`The fence of the restored store was lifted${one.because('reason')}`,
  valueRevealed: one =>
    say`The value of version ${one.text('version')} of ${one.credential} was shown to a person${one.because('reason')}`,
  attested: one => {
    const version = one.number('version')
    return say`It was attested by hand of ${one.consumer()} of ${one.credential}: ${one.text('saw')}${version === null ? '' : ` with version ${version}`}${one.because('note')}`
  },
  sessionStepped: one =>
    say`A long session of ${one.consumer()} at ${one.text('instance')} is ${one.text('step')} on its way to version ${one.text('version')} of ${one.credential}`,
  bucketClosed: one =>
    say`Observations of five minutes were closed and sealed: ${one.text('count')} in ${one.text('rows')} rows`,
  observationsRefused: one =>
    say`${one.text('count')} observations of ${one.text('source')} were refused${one.because('why')}`,
}
