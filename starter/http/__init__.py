"""What the API and the pages share as doors over HTTP."""
