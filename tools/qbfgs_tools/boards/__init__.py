"""What talks to boards: the link, installation, jobs, and what is compared with the desk."""
