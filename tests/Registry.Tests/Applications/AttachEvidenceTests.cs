using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Tests.Applications;

public sealed class AttachEvidenceTests
{
    private static readonly FormDefinition Form = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!.Form;
    private static readonly AttachEvidence Command = new("positioning", new string('a', 64), 1000, FileKinds.Pdf, "规划.pdf");
    private static readonly FileLimits Limits = new() { FilesOfApplication = 2, OfApplication = 2 * 1024 * 1024, FilesOfAccount = 3, OfAccount = 4 * 1024 * 1024 };
    private static readonly UploadDay Today = new() { Id = "one" };

    private static string? Refused(AttachEvidence? command = null, Draft? draft = null, UploadDay? today = null, FileState file = FileState.Kept, Stage stage = Stage.Draft) =>
        AttachEvidence.Decide(command ?? Command, draft ?? Draft(), new Filing(stage, 0, null), Form, Limits, today ?? Today, file) is Decision.Refused r ? r.Refusal.Rule.Code : null;

    private static Draft Draft(params EvidenceFile[] files) => new()
    {
        Id = "application/one", Batch = new BatchId("a.b"), Organisation = Registry.Demo.DemoForm.Code(Scenario.Jinan, 1), City = Scenario.Jinan, Evidence = files,
    };

    private static EvidenceFile File(char digest, long size, string indicator = "positioning") => new(indicator, new string(digest, 64), size, FileKinds.Pdf, Sealed.Of("a.pdf"));

    [Fact]
    public void A_file_is_attached_only_while_the_form_is_with_the_applicant_and_to_a_field_that_takes_files()
    {
        Assert.Null(Refused());
        Assert.Equal("application.wrong-stage", Refused(stage: Stage.Submitted));
        Assert.Equal("evidence.indicator", Refused(Command with { Indicator = "sensitive_material" }));
        Assert.Equal("evidence.indicator", Refused(Command with { Indicator = "no_such_field" }));
    }

    [Fact]
    public void Abuse_28_an_application_and_an_account_have_limits_of_files_and_of_bytes_and_the_limit_itself_is_allowed()
    {
        Assert.Null(Refused(draft: Draft(File('b', 1000))));
        Assert.Equal("evidence.application-full", Refused(draft: Draft(File('b', 1000), File('c', 1000))));
        Assert.Null(Refused(draft: Draft(File('b', 2 * 1024 * 1024 - 1000))));
        Assert.Equal("evidence.application-full", Refused(draft: Draft(File('b', 2 * 1024 * 1024 - 999))));
        Assert.Null(Refused(today: Today with { Files = 2, Bytes = 4 * 1024 * 1024 - 1000 }));
        Assert.Equal("evidence.account-full", Refused(today: Today with { Files = 3 }));
        Assert.Equal("evidence.account-full", Refused(today: Today with { Bytes = 4 * 1024 * 1024 - 999 }));
    }

    [Fact]
    public void The_same_file_at_another_indicator_counts_its_bytes_once_and_at_the_same_one_changes_nothing()
    {
        Assert.Null(Refused(Command with { Size = 2 * 1024 * 1024 }, Draft(File('a', 2 * 1024 * 1024, "services"))));
        Assert.Null(Refused(draft: Draft(File('a', 1000), File('b', 1000)), today: Today with { Files = 3 }));
    }

    [Fact]
    public void A_file_that_is_not_there_is_withheld_or_destroyed_is_not_attached()
    {
        Assert.Equal("evidence.gone", Refused(file: FileState.Missing));
        Assert.Equal("evidence.quarantined", Refused(file: FileState.Withheld));
        Assert.Equal("evidence.destroyed", Refused(file: FileState.Destroyed));
    }

    [Fact]
    public void Nothing_is_attached_to_an_indicator_that_is_marked_as_sensitive() =>
        Assert.Equal("sensitive.no-files", Refused(draft: Draft() with { Sensitive = ["positioning"] }));
}
