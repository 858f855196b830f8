// What each kind of channel takes besides.
import { AreaField, CheckField, TextField } from '../../parts/fields.tsx'
import { Notice } from '../../parts/notice.tsx'
import { type SignalSourceDraft, type SignalSourceFaults, siemFields } from './signal-source-draft.ts'

interface ChannelParts {
  draft: SignalSourceDraft
  faults: SignalSourceFaults
  onChange: (part: Partial<SignalSourceDraft>) => void
}

export function ChannelFields(parts: ChannelParts) {
  switch (parts.draft.kind) {
    case 'github':
      return <GitHub {...parts} />
    case 'github-partner':
      return <GitHubPartner {...parts} />
    case 'gitguardian':
      return <GitGuardian {...parts} />
    case 'siem':
      return <Siem {...parts} />
    case 'standard':
      return null
  }
}

const GitHub = ({ draft, faults, onChange }: ChannelParts) => (
  <fieldset>
    <legend>How what was found is fetched</legend>
    <p className="small soft">
      GitHub’s messages do not hold the secret that was found. It is fetched, compared by its fingerprint, and
      written down nowhere.
    </p>
    <TextField
      label="Address of the API"
      required
      help="Another one for GitHub Enterprise."
      value={draft.api}
      fault={faults.api}
      onChange={api => onChange({ api })}
    />
    <TextField
      label="Admin secret with a token that may read alerts"
      required
      maxLength={200}
      help="Its name. The token itself lies in a file of that name beside Rekey."
      value={draft.secret}
      fault={faults.secret}
      onChange={secret => onChange({ secret })}
    />
  </fieldset>
)

const GitHubPartner = ({ draft, faults, onChange }: ChannelParts) => (
  <fieldset>
    <legend>Where GitHub’s public keys are</legend>
    <TextField
      label="Address"
      help="Left empty: where GitHub publishes them."
      value={draft.keysUrl}
      fault={faults.keysUrl}
      onChange={keysUrl => onChange({ keysUrl })}
    />
    <TextField
      label="Admin secret for asking"
      maxLength={200}
      help="The name of a token, where one is needed."
      value={draft.keysSecret}
      onChange={keysSecret => onChange({ keysSecret })}
    />
  </fieldset>
)

const GitGuardian = ({ draft, faults, onChange }: ChannelParts) => (
  <AreaField
    label="Whose a detector or a hash of a secret is"
    rows={4}
    help="A line each: openai_api_key = llm-key, or 9f86d08… = orders-db 3 with the version."
    value={draft.known}
    fault={faults.known}
    onChange={known => onChange({ known })}
  />
)

const Siem = ({ draft, faults, onChange }: ChannelParts) => (
  <>
    <fieldset>
      <legend>How it signs</legend>
      <CheckField
        label="It signs its messages"
        help="With an HMAC-SHA256 of the body, in hex"
        value={draft.signed}
        onChange={signed => onChange({ signed })}
      />
      {draft.signed ? (
        <div className="fields">
          <TextField
            label="In the header"
            required
            maxLength={64}
            value={draft.header}
            fault={faults.header}
            onChange={header => onChange({ header })}
          />
          <TextField
            label="After the prefix"
            maxLength={20}
            value={draft.prefix}
            onChange={prefix => onChange({ prefix })}
          />
        </div>
      ) : (
        <Notice tone="warn" title="Anybody can say anything in its name.">
          <p>It never kills, and does more than page only where it shows the very value.</p>
        </Notice>
      )}
    </fieldset>
    <fieldset>
      <legend>Where in a message what stands</legend>
      <p className="small soft">
        As paths: <code>$.alert.id</code>, <code>$.hits[0].user</code>. What is left out is not read. Names
        and values are kept as fingerprints only.
      </p>
      <div className="fields">
        {siemFields.map(([name, label]) => (
          <TextField
            key={name}
            label={label}
            maxLength={500}
            value={draft.fields[name] ?? ''}
            fault={faults[`field-${name}`]}
            onChange={path => onChange({ fields: { ...draft.fields, [name]: path } })}
          />
        ))}
      </div>
      {faults.fields && (
        <p className="fault-text small" role="alert">
          {faults.fields}
        </p>
      )}
    </fieldset>
  </>
)
