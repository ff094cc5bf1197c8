"""What people do about their own access: sign in, act for another organisation, invite, accept, change roles and passwords."""
