// The two buttons at the end of a row, named for whoever hears them without the row.
import { Button, type Needs } from '../../parts/button.tsx'

interface ChangeOrRemoveParts {
  needs: Needs
  /** As in "Change the source ci-nightly". */
  of: string
  /** What stands on the first, where it is not Change. */
  change?: string
  onChange: () => void
  onRemove: () => void
}

export const ChangeOrRemove = ({ needs, of, change = 'Change', onChange, onRemove }: ChangeOrRemoveParts) => (
  <span className="row actions">
    <Button needs={needs} label={`Change ${of}`} onPress={onChange}>
      {change}
    </Button>
    <Button needs={needs} label={`Remove ${of}`} onPress={onRemove}>
      Remove
    </Button>
  </span>
)
