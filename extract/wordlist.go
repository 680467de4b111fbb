package extract

import "treatygraph/graph"

// typeWords are what instruments, bodies and undertakings are called, with the kinds that are called so.
var typeWords = []struct {
	kinds graph.KindSet
	words []string
}{
	{graph.Set(graph.KindTreaty), []string{"条约", "公约", "协定", "协议", "议定书", "宪章", "盟约", "规约", "安排", "框架",
		"treaty", "convention", "agreement", "protocol", "charter", "covenant", "statute", "arrangement", "framework",
		"договор", "договора", "договору", "договором", "договоре", "конвенция", "конвенции", "конвенцию", "конвенцией", "соглашение", "соглашения", "соглашению", "соглашением", "соглашении",
		"протокол", "протокола", "протоколу", "протоколом", "устав", "устава", "уставу", "уставом"}},
	{graph.Set(graph.KindDeclaration), []string{"联合声明", "联合宣言", "联合公报", "宣言", "声明", "公报", "原则",
		"joint statement", "joint declaration", "declaration", "statement", "communique", "communiqué", "principles",
		"совместная декларация", "совместной декларации", "совместную декларацию", "совместное заявление", "совместного заявления", "совместном заявлении",
		"декларация", "декларации", "декларацию", "заявление", "заявления", "заявлении"}},
	{graph.Set(graph.KindResolution), []string{"决议", "resolution", "резолюция", "резолюции", "резолюцию"}},
	{graph.Set(graph.KindLaw), []string{"修正案", "法案", "amendment", "act", "закон", "закона"}},
	{graph.Set(graph.KindInitiative, graph.KindRegime), []string{"倡议", "计划", "方案", "合作伙伴关系", "伙伴关系", "基金", "initiative", "programme", "program", "partnership", "fund",
		"инициатива", "инициативы", "инициативу", "программа", "программы", "программу"}},
	{graph.Set(graph.KindRegime), []string{"制度", "机制", "regime", "режим", "режима"}},
	{graph.Set(graph.KindForum, graph.KindMeeting), []string{"对话", "论坛", "会谈", "会议", "首脑会议", "集团", "dialogue", "forum", "talks", "conference", "summit", "диалог", "диалога", "конференция", "конференции"}},
	{graph.Set(graph.KindBody, graph.KindOrganisation), []string{"委员会", "工作组", "小组", "理事会", "机构", "组织", "办公室", "法院",
		"commission", "committee", "council", "working group", "agency", "organization", "organisation", "office", "court",
		"комиссия", "комиссии", "комитет", "комитета", "совет", "совета", "суд", "суда"}},
	{graph.Set(graph.KindFacility), []string{"中心", "反应堆", "燃料库", "centre", "center", "reactor"}},
	{graph.Set(graph.KindDocument), []string{"信函", "函", "照会", "letter", "note verbale", "письмо", "письма"}},
}

// positionWords are how positions are taken, with the predicate that keeps their modality.
var positionWords = []struct {
	predicate graph.Predicate
	words     []string
}{
	{graph.PredSupports, []string{"支持", "赞同", "拥护", "坚持", "鼓励", "support", "supports", "supported", "supporting", "endorse", "endorses", "endorsed", "encourage", "encourages",
		"поддерживает", "поддерживают", "поддержка", "поддержку", "поддерживаем"}},
	{graph.PredOpposes, []string{"反对", "不赞成", "不支持", "不同意", "抵制", "oppose", "opposes", "opposed", "opposition to", "does not support", "do not support", "did not support", "cannot support", "reject", "rejects", "rejected",
		"выступает против", "выступают против", "возражает против", "отвергает", "не поддерживает", "не поддерживают"}},
	{graph.PredIntends, []string{"意图", "打算", "拟", "力求", "intend", "intends", "intended", "plan to", "plans to", "намерен", "намерены", "намерена", "намеревается"}},
	{graph.PredCommitsTo, []string{"承诺", "致力于", "决心", "保证", "商定", "commit", "commits", "committed to", "commitment to", "pledge", "pledges", "pledged", "undertake", "undertakes", "resolve to", "determined to",
		"обязуется", "обязуются", "привержены", "приверженность", "стремятся"}},
	{graph.PredCallsFor, []string{"呼吁", "敦促", "促请", "要求", "吁请", "责成", "call for", "calls for", "call upon", "calls upon", "call on", "calls on", "urge", "urges", "призывает", "призывают"}},
	{graph.PredWelcomes, []string{"欢迎", "赞赏", "赞扬", "welcome", "welcomes", "welcomed", "welcoming", "commend", "commends", "приветствует", "приветствуют", "приветствуя"}},
	{graph.PredRecalls, []string{"回顾", "忆及", "注意到", "recall", "recalls", "recalling", "recalled", "noting", "note our", "notes", "ссылаясь на", "напоминая", "отмечая"}},
}

// eventWords are what befalls an instrument on a day.
var eventWords = []struct {
	predicate graph.Predicate
	words     []string
}{
	{graph.PredDraftingBegan, []string{"开始制定", "开始起草", "开始拟订", "began to be drafted"}},
	{graph.PredEnteredIntoForce, []string{"生效", "entered into force", "came into force", "вступил в силу", "вступило в силу", "вступила в силу"}},
	{graph.PredOpenedForSignature, []string{"开放供签署", "开放签署", "opened for signature", "was opened for signature", "открыт для подписания"}},
	{graph.PredExpired, []string{"期满", "到期", "expired", "истек", "истекло"}},
	{graph.PredTerminated, []string{"终止", "was terminated", "прекратил действие", "прекратило действие"}},
	{graph.PredProvisionallyApplied, []string{"暂时适用", "临时适用", "provisionally applied"}},
}

// plainWords are the words of the other classes.
var plainWords = map[wordClass][]string{
	classNone: {"恐怖主义分子", "恐怖分子", "基本", "根本", "日本", "资本", "成本", "文本", "版本", "原本", "本身", "本着", "本土", "因此", "为此目的", "就此", "在此", "从此", "彼此", "至此", "如此", "此外", "据此", "由此", "此后", "此前", "此类",
		"同时", "共同", "如同", "同意", "同样", "合同", "以及时", "可以", "加以", "得以", "所以", "足以", "予以", "以来", "以往", "以前", "以后", "作为", "认为", "成为", "为此", "为止", "行为", "较为", "极为", "为了", "将来", "即将",
		"参与", "与会", "与否", "给与", "和平", "和谐", "和解", "温和", "共和国", "存在", "现在", "正在", "所在", "在内", "在于", "潜在", "向前", "方向", "从事", "从中", "对于", "对方", "相对", "反对者", "针对", "对抗", "应当以", "面对", "根据地",
		"plans to be", "目的", "的确", "依法", "依然", "依赖", "依靠", "依存", "依旧", "依托", "依附", "依次", "依循", "有意", "注意", "愿意", "决意", "故意", "任意", "满意", "国际法庭", "国际法学", "国际法官", "扩大会议", "扩大会员", "代表大会", "国民大会", "卫生大会", "股东大会", "个人权利", "个人权益", "法人权利", "本人权利", "以下", "如下", "下列", "下文", "必要的", "决议案", "导致", "以致", "一致", "致使", "招致", "细致", "大致", "致命", "致敬", "致谢", "not only", "not later than", "whether or not", "не только", "не позднее", "合作伙伴"},
	classThat:     {"该", "这一", "这项", "此", "此项", "上述", "上述的", "前述", "该项", "the said", "this", "that", "the aforementioned", "the above-mentioned", "такого", "этот", "эта", "это", "этого", "этой", "данный", "данного", "данная"},
	classSelf:     {"本", "the present", "настоящий", "настоящего", "настоящая", "настоящей", "настоящую", "настоящее", "настоящим", "настоящему", "настоящем"},
	classAttached: {"所附", "所附的", "附上的", "annexed", "attached", "прилагаемый", "прилагаемая", "прилагаемую"},
	classAmended:  {"修改后", "修改后的", "修订后", "修订后的", "经修订的", "经修正的", "修正后的", "经改编的", "adapted", "amended", "revised", "адаптированный", "адаптированного"},
	classNew:      {"新的", "新", "new", "новый", "нового", "новое", "новая"},
	classBetween:  {"之间的双边", "之间的", "之间双边", "bilateral"},
	classWe:       {"我们", "我们两国", "双方", "两国", "双方均", "we", "both sides", "the two sides", "the sides", "the parties", "both countries", "our two countries", "мы", "обе стороны", "стороны"},
	classOther:    {"这", "其", "其中", "它", "它们", "他们", "这些", "这类", "这种", "各国", "各方", "各参与国", "各缔约国", "另一方", "they", "it", "these", "those", "each", "все", "они"},
	classReaffirm: {"重申", "再次重申", "再次申明", "申明", "再次确认", "reaffirm", "reaffirms", "reaffirmed", "reaffirming", "affirm", "affirms", "reiterate", "reiterates", "подтверждает", "подтверждают", "подтверждая", "подтверждаем"},
	classComply:   {"遵守", "履行", "恪守", "遵循", "comply with", "compliance with", "adhere to", "adherence to", "соблюдать", "соблюдение", "выполнять"},
	classMust:     {"有必要", "必须", "应当", "应", "应将", "需要", "must", "should", "shall", "has to", "need for", "должен", "должна", "должны"},
	classWill:     {"将", "将会", "会将", "will", "будут", "будет"},
	classNot:      {"不会", "不能", "不再", "不应", "不得", "不将", "不打算", "没有", "并未", "尚未", "从未", "无法", "拒绝", "not", "never", "cannot", "no longer", "refuse to", "refuses to", "не", "никогда не", "отказывается"},
	classAgainst:  {"防止", "预防", "打击", "瓦解", "制止", "遏制", "消除", "阻止", "挫败", "应对", "prevent", "preventing", "combat", "combating", "counter", "countering", "disrupt", "suppress", "deter", "предотвращать", "борьбе с"},
	classAccede:   {"加入", "accede to", "accession to", "acceding to", "join", "joining", "присоединение к", "вступление в", "вступления в"},
	classVerb: {"签署", "签订", "缔结", "制定", "制订", "拟订", "起草", "达成", "完成", "筹备", "扩大", "创设", "谈判", "推动", "批准", "实施", "执行", "合作", "进行", "尊重", "维护", "确保", "协助", "处理", "继续", "努力", "保持", "寻找", "采取", "开展", "改善", "裁减", "使", "供", "恢复", "复兴", "开发",
		"sign", "signing", "conclude", "concluding", "negotiate", "complete", "prepare", "expand", "implement", "implementing", "cooperate", "continue", "develop", "respect", "ensure", "bring", "work", "ratify", "подписать", "заключить", "завершить", "продолжать", "сотрудничать"},
	classUnder:      {"根据", "按照", "依照", "依据", "依", "在", "与", "同", "向", "从", "为", "对", "于", "除", "通过", "per", "under", "pursuant to", "in accordance with", "on the basis of", "through", "with", "by", "at", "in", "from", "within", "согласно", "в соответствии с", "на основе", "через", "посредством"},
	classConcerns:   {"涉及", "concerns", "deals with", "касается"},
	classAbout:      {"关于", "有关", "concerning", "regarding", "relating to", "о", "об", "касающийся", "касающаяся"},
	classFound:      {"成立", "成立了", "建立", "建立了", "设立", "设立了", "创建", "创建了", "创立", "创立了", "启动", "启动了", "启动的", "成立的", "发起", "发起了", "发起的", "建立的", "established", "founded", "launched", "created", "set up", "учредили", "учредил", "создали"},
	classAdopt:      {"通过了", "通过的", "签署了", "签署的", "签发", "签发了", "发表", "发表了", "发表的", "adopted", "issued", "signed", "приняли", "подписали", "принятая", "подписанный"},
	classPurpose:    {"以", "以便", "从而", "旨在", "in order to", "so as to", "with a view to", "чтобы", "в целях"},
	classPromote:    {"促进实现", "促进", "推进", "promote", "promoting", "advance", "advancing", "further", "содействовать"},
	classAchieve:    {"实现", "增进", "achieve", "achieving", "attain", "realize", "realise", "достичь", "достижение"},
	classStrengthen: {"加强", "强化", "增强", "strengthen", "strengthening", "укреплять", "укрепление", "укрепления"},
	classGive:       {"提供", "拨出", "拨款", "捐助", "provide", "contribute", "donate", "предоставить"},
	classSupport:    {"支助", "资助", "用于设立", "用于", "to fund", "towards", "to finance", "на финансирование"},
	classSupply:     {"运送", "供应", "供给", "deliver", "supply", "supplies", "delivery", "поставлять", "поставка", "поставки"},
	classDiffer:     {"分歧", "意见不一", "differences", "disagreements", "disagree", "разногласия", "разногласий"},
	classInclude:    {"包括", "其中包括", "其中特别包括", "including", "include", "among them", "такие как", "включая"},
	classAnd:        {"和", "、", "及", "以及", "与其", "and", "as well as", "и", "а также", "或", "or"},
	classOf:         {"的", "之", "of"},
	classBelow:      {"下", "之下", "项下"},
	classTerritory:  {"领土上", "领土内", "境内", "on the territory of", "на территории"},
	classLocative:   {"上的", "内的", "期间的"},
	classPartner:    {"中的合作伙伴关系", "中的伙伴关系", "中的成员资格", "中的合作"},
	classObserver:   {"为观察员", "作为观察员", "是观察员", "are observers", "is an observer", "as observers", "являются наблюдателями"},
	classMember:     {"参与国", "成员国", "缔约国", "参加国", "会员国", "成员", "人民", "公民", "国民", "代表", "participants", "partner nations", "participating states", "member states", "parties", "members", "участников", "государств-участников"},
	classOwn:        {"我们的", "我们两国的", "两国的", "our", "наш", "наша", "наши"},
	classSigned:     {"（签名）", "（签字）", "(签名)", "(签字)", "(signed)", "[signed]", "(подпись)"},
	classLetter:     {"致", "addressed to", "на имя"},
	classAfter:      {"之后的", "之后", "以后的", "following", "после"},
	classField:      {"领域", "方面", "in the field of", "in the area of", "в области"},
	classBasis:      {"法律基础", "法律框架", "legal basis", "legal framework", "legal foundation", "правовую основу", "правовая основа"},
	classBreak:      {"，", "；", "：", ",", ";", ":"},
	classStop:       {"。", "！", "？", "!", "?"},
}

// languages make a state's name the name of its language; noLanguages are words that begin as those do.
var (
	languages   = []string{"文", "语"}
	noLanguages = []string{"文化", "文件", "文明", "文学", "文艺", "文物", "文献", "文书", "文官", "文职", "文教", "文体", "文人", "语言"}
)

// betweenStates are words for what there is between states.
var betweenStates = []string{"两国", "三国", "双方", "双边", "关系", "之间", "合作", "经济", "经贸", "贸易", "能源", "军事", "战略", "协定", "协议", "条约", "会谈", "对话", "首脑", "元首", "联合", "边界"}

// titleWords go on with a title that a type word begins.
var titleWords = []string{" on ", " of ", " for ", " between ", " concerning ", " relating "}

// bareWords are words that in Chinese stand for one instrument when nothing goes before them, as with a capital in English.
var bareWords = []string{"宪章", "盟约", "规约"}

// The General Assembly, beside a number: its resolutions are counted apart from those of the Security Council.
var (
	assemblyBefore = []string{"大会", "general assembly ", "генеральной ассамблеи "}
	assemblyBehind = []string{" of the general assembly", " of the united nations general assembly", " генеральной ассамблеи"}
)

// organWords are what remains of an organ's name besides that of its organisation.
var organWords = []string{"general assembly", "security council", "secretariat", "economic and social council", "trusteeship council", "congress", "parliament",
	"генеральная ассамблея", "генеральной ассамблеи", "совет безопасности", "совета безопасности", "секретариат", "секретариата", "секретариату", "конгресс", "конгресса",
	"理事会", "大会", "安全理事会", "安理会", "秘书处", "国会", "议会", "经济及社会理事会", "托管理事会"}

// units are the signs of quantities, with their UCUM or ISO 4217 code or a plain word.
var units = []struct{ sign, unit string }{
	{"公吨", "t"}, {"吨", "t"}, {"metric tons", "t"}, {"tonnes", "t"}, {"метрических тонн", "t"}, {"тонн", "t"}, {"тонны", "t"},
	{"公斤", "kg"}, {"千克", "kg"}, {"kilograms", "kg"}, {"公里", "km"}, {"kilometres", "km"}, {"kilometers", "km"},
	{"美元", "USD"}, {"dollars", "USD"}, {"欧元", "EUR"}, {"euros", "EUR"}, {"卢布", "RUB"}, {"долларов", "USD"},
	{"个参与国", "participants"}, {"个参加国", "participants"}, {"个成员国", "members"}, {"个缔约国", "parties"}, {"partner nations", "participants"},
	{"participants", "participants"}, {"member states", "members"}, {"states parties", "parties"},
}
