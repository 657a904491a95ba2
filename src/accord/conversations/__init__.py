"""What people say to each other: comments, mentions and the notices that follow."""
