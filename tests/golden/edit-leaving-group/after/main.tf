resource "github_team_membership" "carol" {
  team_id  = github_team.contractors.id
  username = "carol"
}

resource "github_team" "contractors_of_others" {
  name = "contractors-of-others"
}
