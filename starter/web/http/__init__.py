"""What every page shares: sessions, access, forms, headers, errors, rendering."""
