using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Letters;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Mail;

namespace Registry.Tests.Letters;

/// <summary>Letters leave once, whatever fails, and never keep a command from being done.</summary>
[Collection(OwnRegistry.Name)]
public sealed class PostmanTests(OwnRegistry own)
{
    private static int _logins;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_command_records_no_letter_and_an_accepted_one_commits_it_with_its_event()
    {
        var (letter, login) = await InvitedAsync("somebody@demo.example");
        Assert.Equal("account.login-taken", await own.Registry.Refused(Actor.Job("test"), Invitation(login, "other@demo.example")));
        Assert.Equal("account.email-invalid", await own.Registry.Refused(Actor.Job("test"), Invitation(Login(), "a@b@c")));
        Assert.Equal("account.email-invalid", await own.Registry.Refused(Actor.Job("test"), Invitation(Login(), "x@demo.example\r\nBcc: y@demo.example")));
        Assert.Equal(LetterState.Waiting, letter.State);
        Assert.NotNull(letter.Event);
        Assert.DoesNotContain("somebody", JsonSerializer.Serialize(letter), StringComparison.Ordinal);
        await using var session = own.Registry.Store.QuerySession();
        Assert.Equal(letter.About, (await session.Events.LoadAsync(letter.Event!.Value, Ct))!.StreamKey);
    }

    [Fact]
    public async Task Two_nodes_that_send_at_once_send_each_letter_once()
    {
        var letters = new List<Letter>();
        for (var i = 0; i < 12; i++)
            letters.Add((await InvitedAsync($"node-{i}@demo.example")).Letter);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => own.Service<Postman>(i % 2).RunAsync(Ct)));
        Assert.All(letters, l => Assert.Equal(1, own.Mail.CountOf(l.Id)));
        foreach (var letter in letters)
            Assert.Equal(LetterState.Sent, (await own.LetterAsync(letter.Id)).State);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_leaves_the_letter_waiting_with_its_error_and_a_longer_pause_each_time()
    {
        var (letter, _) = await InvitedAsync("later@demo.example");
        var nowhere = new Postman(
            own.Registry.Store, own.Service<ILetters>(), new MailServer(new MailSettings { Server = new Uri("smtp://127.0.0.1:9"), From = "registry@demo.example" }),
            own.Service<RegistrySettings>(), own.Service<RegistryClock>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<Postman>.Instance);
        await nowhere.SendAsync(letter.Id, Ct);
        var failed = await own.LetterAsync(letter.Id);
        Assert.Equal((LetterState.Waiting, 1, "smtp-unreachable"), (failed.State, failed.Attempts, failed.LastError));
        Assert.True(failed.DueAt > letter.DueAt);
        await nowhere.SendAsync(letter.Id, Ct);
        Assert.Equal(1, (await own.LetterAsync(letter.Id)).Attempts);

        using (RegistryClock.At(failed.DueAt))
            await own.Service<Postman>().SendAsync(letter.Id, Ct);
        Assert.Equal((LetterState.Sent, 2, (string?)null), await own.LetterAsync(letter.Id) is var sent ? (sent.State, sent.Attempts, sent.LastError) : default);
        Assert.Equal(1, own.Mail.CountOf(letter.Id));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_waited_for_once_a_round_and_by_a_worker_that_does_nothing_else()
    {
        for (var i = 0; i < 3; i++)
            await InvitedAsync($"round-{i}@demo.example");
        var door = new ShutDoor();
        await new Postman(own.Registry.Store, own.Service<ILetters>(), door, own.Service<RegistrySettings>(), own.Service<RegistryClock>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<Postman>.Instance).RunAsync(Ct);
        Assert.Equal(1, door.Asked);
        var queue = Assert.Single(typeof(Postman).GetMethod(nameof(Postman.RunAsync))!.GetCustomAttributes(typeof(Hangfire.QueueAttribute), false).Cast<Hangfire.QueueAttribute>()).Queue;
        Assert.NotEqual("default", queue);
    }

    [Fact]
    public async Task A_letter_that_is_being_written_while_its_addressee_is_erased_does_not_stay_in_the_pickup_folder()
    {
        var (letter, _) = await InvitedAsync("erased@demo.example");
        var folder = Directory.CreateTempSubdirectory("pickup-").FullName;
        try
        {
            var door = new SlowDoor(new PickupFolder(folder, days: 7));
            var sending = new Postman(own.Registry.Store, own.Service<ILetters>(), door, own.Service<RegistrySettings>(), own.Service<RegistryClock>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<Postman>.Instance).SendAsync(letter.Id, Ct);
            await door.Reached.Task;
            var erasing = Outbox.DestroyAsync(own.Registry.Store, door, l => l.Id == letter.Id, Ct);
            door.Open.SetResult();
            await sending;
            await erasing;
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Letters_that_come_after_a_job_that_began_at_once_are_asked_for_again_and_a_job_that_could_not_be_asked_for_is_not_taken_for_one_that_waits()
    {
        var postman = new Postman(own.Registry.Store, own.Service<ILetters>(), new ShutDoor(), own.Service<RegistrySettings>(), own.Service<RegistryClock>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<Postman>.Instance);
        var jobs = new AtOnce(postman);
        LettersWrittenHandler.Handle(new LettersWritten(), jobs, postman);
        LettersWrittenHandler.Handle(new LettersWritten(), jobs, postman);
        Assert.Equal((2, false), (jobs.Begun, postman.Asked));
        Assert.Throws<Hangfire.BackgroundJobClientException>(() => LettersWrittenHandler.Handle(new LettersWritten(), new AtOnce(null), postman));
        Assert.False(postman.Asked);
    }

    /// <summary>Jobs that begin before whoever asked for them goes on; without a postman there is nobody to take one.</summary>
    private sealed class AtOnce(Postman? postman) : Hangfire.IBackgroundJobClient
    {
        public int Begun { get; private set; }

        public string Create(Hangfire.Common.Job job, Hangfire.States.IState state)
        {
            if (postman is null)
                throw new Hangfire.BackgroundJobClientException("away", new InvalidOperationException());
            postman.Asked = false;
            return $"{++Begun}";
        }

        public bool ChangeState(string jobId, Hangfire.States.IState state, string expectedState) => false;
    }

    /// <summary>A way out that is passed only when the test lets it.</summary>
    private sealed class SlowDoor(PickupFolder folder) : IMailDoor
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<HandedOver> HandOverAsync(string letter, MimeKit.MimeMessage message, CancellationToken ct)
        {
            Reached.SetResult();
            await Open.Task;
            return await folder.HandOverAsync(letter, message, ct);
        }

        public void Destroy(IEnumerable<string> letters) => folder.Destroy(letters);

        public int Sweep(DateTimeOffset now) => 0;
    }

    /// <summary>A server that takes nothing, and counts how often it was asked.</summary>
    private sealed class ShutDoor : IMailDoor
    {
        public int Asked { get; private set; }

        public Task<HandedOver> HandOverAsync(string letter, MimeKit.MimeMessage message, CancellationToken ct)
        {
            Asked++;
            return Task.FromResult(new HandedOver("smtp-unreachable", Shut: true));
        }

        public void Destroy(IEnumerable<string> letters) { }

        public int Sweep(DateTimeOffset now) => 0;
    }

    [Fact]
    public async Task A_refused_address_is_given_up_its_address_is_in_no_error_and_by_hand_it_leaves_under_the_same_id()
    {
        own.Mail.Refuses["gone@demo.example"] = 550;
        var (letter, _) = await InvitedAsync("gone@demo.example");
        await own.Service<Postman>().SendAsync(letter.Id, Ct);
        var given = await own.LetterAsync(letter.Id);
        Assert.Equal((LetterState.GivenUp, "smtp-550"), (given.State, given.LastError));

        own.Mail.Refuses.TryRemove("gone@demo.example", out _);
        await own.Registry.Accepted(Scenario.Province(), new ResendLetter(), letter.Id);
        await own.Service<Postman>().SendAsync(letter.Id, Ct);
        Assert.Equal(LetterState.Sent, (await own.LetterAsync(letter.Id)).State);
        Assert.Equal(1, own.Mail.CountOf(letter.Id));
        Assert.Equal("letter.not-stuck", await own.Registry.Refused(Scenario.Province(), new ResendLetter(), letter.Id));
    }

    [Fact]
    public async Task After_a_crash_between_the_servers_answer_and_the_commit_the_letter_leaves_again_under_the_same_message_id()
    {
        var (letter, _) = await InvitedAsync("crash@demo.example");
        await own.Service<Postman>().SendAsync(letter.Id, Ct);
        await using (var session = own.Registry.Store.LightweightSession())
        {
            session.Store(letter);
            await session.SaveChangesAsync(Ct);
        }
        await own.Service<Postman>(1).SendAsync(letter.Id, Ct);
        Assert.Equal(2, own.Mail.CountOf(letter.Id));
    }

    [Fact]
    public async Task Whoever_has_no_address_reads_the_letter_after_signing_in()
    {
        var (letter, _) = await InvitedAsync(null);
        await own.Service<Postman>().SendAsync(letter.Id, Ct);
        Assert.Equal(LetterState.Unaddressed, (await own.LetterAsync(letter.Id)).State);
        Assert.Equal(0, own.Mail.CountOf(letter.Id));
        Assert.Contains(letter.To, Addressee.Of(new Actor(letter.To["account/".Length..], Roles.Auditor)));
    }

    [Fact]
    public async Task A_reminder_whose_day_is_over_is_not_sent_any_more()
    {
        var (letter, _) = await InvitedAsync("void@demo.example");
        await using (var session = own.Registry.Store.LightweightSession())
        {
            session.Store(letter with { Until = DateTimeOffset.UtcNow.AddHours(-1) });
            await session.SaveChangesAsync(Ct);
        }
        await own.Service<Postman>().SendAsync(letter.Id, Ct);
        Assert.Equal(LetterState.Void, (await own.LetterAsync(letter.Id)).State);
        Assert.Equal(0, own.Mail.CountOf(letter.Id));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(30, 720)]
    public void The_pause_doubles_up_to_half_a_day(int attempts, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), Postman.PauseAfter(attempts));

    [Fact]
    public async Task The_pickup_folder_holds_one_file_for_a_letter_until_it_is_swept_or_destroyed()
    {
        var folder = Directory.CreateTempSubdirectory("pickup-").FullName;
        try
        {
            var door = new PickupFolder(folder, days: 7);
            using var message = new MimeKit.MimeMessage { Subject = "演示", Body = new MimeKit.TextPart("plain") { Text = "内容" } };
            Assert.Null((await door.HandOverAsync("letter-1", message, Ct)).Error);
            Assert.Null((await door.HandOverAsync("letter-1", message, Ct)).Error);
            Assert.Null((await door.HandOverAsync("letter-2", message, Ct)).Error);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "letter-1.eml")));
            door.Destroy(["letter-1", "letter-3"]);
            Assert.Single(Directory.GetFiles(folder));
            Assert.Equal(0, door.Sweep(DateTimeOffset.UtcNow.AddDays(6)));
            Assert.Equal(1, door.Sweep(DateTimeOffset.UtcNow.AddDays(8)));
            Assert.Equal("pickup-unwritable", (await new PickupFolder("/dev/null/mail", 7).HandOverAsync("letter-4", message, Ct)).Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Login() => $"invited-{Interlocked.Increment(ref _logins)}";

    private static OpenAccount Invitation(string login, string? email) => new(login, "Qm7-Ldr2-Vxw9-Tkp4", "演示人员", Roles.Auditor, null, null, email);

    private async Task<(Letter Letter, string Login)> InvitedAsync(string? email)
    {
        var login = Login();
        var answer = await own.Registry.Accepted(Actor.Job("test"), Invitation(login, email));
        return (Assert.Single(await own.LettersAboutAsync(new AccountId(answer.Id!).Stream)), login);
    }
}
